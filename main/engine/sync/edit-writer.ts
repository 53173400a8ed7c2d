/**
 * Writes an edit to one item with one request. Where Plex refuses it, the value that is refused is found by sending parts of
 * the edit, in a bounded number of requests, and the rest is written. Where the request is too long, shorter ones are sent.
 */
import type { PlexItem, SceneId } from '../../../shared/domain.ts'
import type { ItemEdit } from '../../../shared/item-edit.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { EditGate } from '../servers/edit-gate.ts'
import type { EditOutcome } from './edit-outcome.ts'
import { RefusalSearch } from './refusal-search.ts'
import type { RequestLimit } from './request-limit.ts'
import type { SyncLog } from './sync-log.ts'

export interface EditWriterDeps {
  readonly plex: Pick<PlexClient, 'edit' | 'items'>
  readonly limit: RequestLimit
  readonly gate: Pick<EditGate, 'failed' | 'isFirstTrial' | 'trialFailed'>
  readonly log: Pick<SyncLog, 'longRequestsRefused' | 'valuesRefused'>
}

export interface WriteRequest {
  readonly sceneId: SceneId
  readonly edit: ItemEdit
  /** As Plex has it. */
  readonly item: PlexItem
  /** The edit failed before: a 500 is no passing fault any more, so its cause is looked for. */
  readonly isRepetition: boolean
}

export class EditWriter {
  readonly #deps: EditWriterDeps

  constructor(deps: EditWriterDeps) {
    this.#deps = deps
  }

  /** Writes as much of the edit as Plex takes. Faults: those of the client, where nothing of it is taken. */
  async write(request: WriteRequest, signal: AbortSignal): Promise<Result<EditOutcome>> {
    const { edit, item, sceneId } = request
    const whole = await this.#send(edit)
    if (whole.ok) return ok({ written: whole.value, refused: {} })
    const isServerWide = whole.fault.code === 'edit_failed' && this.#deps.gate.failed(sceneId)
    if (isServerWide) return { ok: false, fault: editsFailing(whole.fault) }
    if (!(await this.#isOfOneValue(whole.fault, request, signal))) return whole
    const search = new RefusalSearch(edit, item, (part) => this.#send(part), signal)
    const found = await search.run(whole.fault)
    if (found.ok && Object.keys(found.value.refused).length > 0)
      this.#deps.log.valuesRefused(sceneId, found.value.refused)
    if (found.ok || found.fault.code !== 'edit_failed' || !this.#deps.gate.isFirstTrial) return found
    this.#deps.gate.trialFailed()
    return { ok: false, fault: editsFailing(found.fault) }
  }

  async #isOfOneValue({ code }: Fault, { item, isRepetition }: WriteRequest, signal: AbortSignal): Promise<boolean> {
    if (code === 'rejected' || code === 'request_too_long') return true
    if (code !== 'edit_failed' || !(isRepetition || this.#deps.gate.isFirstTrial)) return false
    const read = await this.#deps.plex.items([item.ratingKey], signal)
    return read.ok && read.value.has(item.ratingKey)
  }

  /** Sends it whole, or as short as the way to Plex wants it. Returns what was sent. */
  async #send(edit: ItemEdit): Promise<Result<ItemEdit>> {
    const { plex, limit, log } = this.#deps
    let sent = await plex.edit(edit, undefined, limit.longest)
    if (sent.ok) return ok(edit)
    const first = sent.fault
    for (const longest of limit.shorter()) {
      if (sent.fault.code !== 'request_too_long') return sent
      const shorter = limit.cut(edit, longest)
      sent = await plex.edit(shorter, undefined, longest)
      if (!sent.ok) continue
      limit.learn(longest)
      log.longRequestsRefused(first, longest)
      return ok(shorter)
    }
    return sent
  }
}

function editsFailing({ status }: Fault): Fault {
  const message = 'Plex fails to carry out edits (500) while reading works'
  return { code: 'edits_failing', message, ...(status !== undefined && { status }) }
}

/** Takes parsed hooks: filter, store in the next commit, report the outcome of each. Knows nothing of HTTP. */
import type { JobKind, SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { GroupCommit } from './group-commit.ts'
import type { HookEvent } from './hook-event.ts'
import { filterHook, type HookJob, type Verdict } from './hook-filter.ts'
import type { HookLog } from './hook-log.ts'

/** What the intake needs of the job store. */
export interface IntakeStore {
  /** One commit for everything in `work`; if it throws, nothing of it has happened. */
  inTransaction(work: () => void): void
  enqueue(job: HookJob, quietMs: number): 'queued' | 'coalesced'
  dropWaiting(kind: JobKind, subjectId: string): boolean
}

/** One element of the answer, as it goes over the wire. */
export interface HookAnswer {
  readonly status: 'queued' | 'coalesced' | 'filtered' | 'duplicate' | 'pong'
  /** Null where the hook is not about a scene. */
  readonly scene_id: SceneId | null
  readonly reason?: string
}

/** What the intake did with a hook, for those who follow along. */
export interface IntakeEvent {
  readonly event: HookEvent
  readonly status: HookAnswer['status']
}

export interface IntakePorts {
  readonly settings: () => Settings
  /** The settings of libraries that have their own. */
  readonly librarySettings?: (() => readonly Settings[]) | undefined
  readonly store: Pick<IntakeStore, 'enqueue' | 'dropWaiting'>
  readonly commits: GroupCommit
  readonly webhookIds: { remember(id: string): boolean }
  /** Forgets the sync state of a scene. Runs inside the transaction: it may touch nothing but the database. */
  readonly sceneDestroyed: (sceneId: SceneId) => void
  readonly onEvent: (event: IntakeEvent) => void
  readonly log: HookLog
  /** Milliseconds with fractions, from any origin. */
  readonly stopwatch: () => number
}

interface Judged {
  readonly event: HookEvent
  readonly verdict: Verdict
}

export class Intake {
  readonly #ports: IntakePorts

  constructor(ports: IntakePorts) {
    this.#ports = ports
  }

  /**
   * Stores all events of one request in one commit, or none of them. Faults are those of the group commit.
   *
   * @param webhookId the signed id of the delivery; a known one makes duplicates of all its events. Null where unsigned.
   * @param startedAt when the request came in, by the stopwatch.
   */
  async take(
    events: readonly HookEvent[],
    webhookId: string | null,
    startedAt: number,
  ): Promise<Result<readonly HookAnswer[]>> {
    const settings = this.#ports.settings()
    const rules = { settings, ofLibraries: this.#ports.librarySettings?.() ?? [] }
    const judged = events.map((event) => ({ event, verdict: filterHook(event, rules) }))
    const quietMs = settings.quiet_time * 1000
    // What changes nothing needs no commit; but a signed id must be remembered whatever it came with.
    const mustStore = webhookId !== null || judged.some(({ verdict }) => storesSomething(verdict))
    const answers = mustStore
      ? await this.#ports.commits.submit(() => this.#store(judged, webhookId, quietMs), events.length)
      : ok(judged.map((one) => this.#apply(one, quietMs)))
    if (answers.ok) this.#report(events, answers.value, this.#ports.stopwatch() - startedAt)
    else this.#ports.log.notStored(answers.fault.message)
    return answers
  }

  /** Runs inside the transaction. */
  #store(judged: readonly Judged[], webhookId: string | null, quietMs: number): readonly HookAnswer[] {
    if (webhookId !== null && !this.#ports.webhookIds.remember(webhookId))
      return judged.map(({ event }) => ({ status: 'duplicate', scene_id: sceneIdOf(event) }))
    return judged.map((one) => this.#apply(one, quietMs))
  }

  #apply({ event, verdict }: Judged, quietMs: number): HookAnswer {
    const scene_id = sceneIdOf(event)
    switch (verdict.kind) {
      case 'take':
        return { status: this.#ports.store.enqueue(verdict.job, quietMs), scene_id }
      case 'destroy':
        this.#ports.store.dropWaiting('scene', verdict.sceneId)
        this.#ports.sceneDestroyed(verdict.sceneId)
        return { status: 'filtered', scene_id, reason: 'scene destroyed; its waiting job and state were dropped' }
      case 'pong':
        return { status: 'pong', scene_id }
      case 'filtered':
        return { status: 'filtered', scene_id, reason: verdict.reason }
    }
  }

  #report(events: readonly HookEvent[], answers: readonly HookAnswer[], ms: number): void {
    for (const [index, { status, reason = 'sent twice' }] of answers.entries()) {
      const event = events[index]
      if (event === undefined) continue
      if (status === 'queued' || status === 'coalesced') this.#ports.log.stored(event, status, ms)
      else if (status === 'pong') this.#ports.log.pong()
      else this.#ports.log.filtered(event, reason, ms)
      this.#ports.onEvent({ event, status })
    }
  }
}

function storesSomething(verdict: Verdict): boolean {
  return verdict.kind === 'take' || verdict.kind === 'destroy'
}

function sceneIdOf(event: HookEvent): SceneId | null {
  return event.hook === 'change' && event.kind === 'scene' ? event.id : null
}

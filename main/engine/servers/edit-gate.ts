/**
 * Whether a server takes our edits. While it takes none, its gate is held and one job at a time may try: only an edit can
 * prove that edits are taken again.
 */
import type { SceneId } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Fault, Result } from '../../../shared/result.ts'
import type { EditTrial } from './edit-trial.ts'
import type { Held } from './gate-record.ts'

/** When the edits of this many scenes in a row fail, the server is at fault. */
const scenesToHold = 3

export interface EditGateDeps {
  readonly trial: EditTrial
  readonly held: () => Held | null
  readonly hold: (fault: Fault) => void
  readonly release: () => void
  /** Counts the trial, and closes it until the next one is due. */
  readonly trialInVain: () => void
}

/** Held because of edits, not of the server as a whole. */
export function isHeldForEdits(code: ErrorCode | undefined): boolean {
  return code === 'edits_refused' || code === 'edits_failing'
}

export class EditGate {
  readonly #deps: EditGateDeps
  #canWrite: boolean | null = null
  /** Scenes whose edits were answered 500 since the last one was taken. */
  readonly #failed = new Set<SceneId>()

  constructor(deps: EditGateDeps) {
    this.#deps = deps
  }

  /** Whether the server accepts our edits; null until it answered one. */
  get canWrite(): boolean | null {
    return this.#canWrite
  }

  /** Another token, or the user asked: what was learned of edits will be tried again. */
  forget(): void {
    this.#canWrite = null
    if (this.#isHeld()) this.#deps.trial.open()
  }

  /** How many jobs may be begun now: one where edits are on trial, none while that one is under way. */
  get claimLimit(): number {
    if (!this.#isHeld()) return Number.POSITIVE_INFINITY
    return this.#deps.trial.isDue ? 1 : 0
  }

  trialBegins(): void {
    this.#deps.trial.begin()
  }

  /** The job is done; where it wrote nothing, the next one is the trial. */
  trialEnded(): void {
    this.#deps.trial.end()
  }

  /** Takes in the result of an edit: a token may read without being allowed to write. */
  answered(edit: Result<unknown>): void {
    if (edit.ok) {
      this.#canWrite = true
      this.#failed.clear()
      if (this.#isHeld()) this.#deps.release()
    } else if (edit.fault.code === 'edits_refused') this.#canWrite = false
  }

  /**
   * The edit of a scene was answered 500. True if that is a fault of the whole server: the edits of three different
   * scenes failed and none was taken between them.
   */
  failed(sceneId: SceneId): boolean {
    if (this.#deps.held()?.code === 'edits_failing') {
      if (this.isFirstTrial) return false
      this.trialFailed()
      return true
    }
    this.#failed.add(sceneId)
    if (this.#failed.size < scenesToHold) return false
    this.#canWrite = false
    this.#deps.hold({ code: 'edits_failing', message: 'Plex fails to carry out edits (500) while reading works' })
    return true
  }

  /** The first job since edits were held: it may find out that single values are what Plex fails at. */
  get isFirstTrial(): boolean {
    const held = this.#deps.held()
    return held?.code === 'edits_failing' && held.trials === 0 && this.#deps.trial.isRunning
  }

  /** The edit on trial failed in all its parts. */
  trialFailed(): void {
    if (this.#deps.held() !== null && this.#deps.trial.isRunning) this.#deps.trialInVain()
  }

  #isHeld(): boolean {
    return isHeldForEdits(this.#deps.held()?.code)
  }
}

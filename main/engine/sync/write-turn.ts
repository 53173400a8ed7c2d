/** When a write that a user asked for may be sent to Plex: at the pace of the worker's, and while edits are on trial as the trial. */
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { pause } from '../pause.ts'
import type { Clock } from '../ports.ts'
import { type AwaitedGate, awaitGate } from '../servers/await-gate.ts'
import type { EditGate } from '../servers/edit-gate.ts'

export interface TurnGate extends AwaitedGate {
  readonly edits: Pick<EditGate, 'claimLimit' | 'trialBegins' | 'trialEnded'>
  paceMs(): number
}

export class WriteTurn {
  readonly #gate: TurnGate
  readonly #clock: Clock

  constructor(gate: TurnGate, clock: Clock) {
    this.#gate = gate
    this.#clock = clock
  }

  /** Waits before an item, so that a server that just came back is not overrun. */
  pace(): Promise<void> {
    return pause(this.#gate.paceMs(), this.#clock)
  }

  /** Waits until Plex may be asked. Faults say what its gate waits for. */
  open(signal: AbortSignal): Promise<Result<void>> {
    return awaitGate(this.#gate, this.#clock, signal)
  }

  /** Takes the turn; its end is to be called. While edits are on trial, this write is the trial. */
  begin(): Result<() => void> {
    const { edits } = this.#gate
    if (edits.claimLimit === 0) return decline('server_busy', { code: 'write_on_trial', values: {} })
    edits.trialBegins()
    return ok(() => edits.trialEnded())
  }
}

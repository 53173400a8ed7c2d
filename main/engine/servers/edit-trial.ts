/**
 * Lets single jobs try their edits while a server takes none. Nothing is written just to find out: the oldest waiting job's
 * own edit is the trial, so the trials are rare.
 */
import type { Clock } from '../ports.ts'

const trialMinutes = [1, 5, 15, 60] as const

export class EditTrial {
  readonly #clock: Clock
  readonly #onDue: () => void
  #state: 'none' | 'due' | 'running' = 'none'
  #endTimer: () => void = () => {}

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** One job may try its edit, or does. */
  get isOpen(): boolean {
    return this.#state !== 'none'
  }
  get isDue(): boolean {
    return this.#state === 'due'
  }
  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Opens after a while: the longer, the more trials were in vain. */
  schedule(trials: number): void {
    this.#endTimer()
    const minutes = trialMinutes[Math.min(trials, trialMinutes.length - 1)] ?? 60
    this.#endTimer = this.#clock.setTimer(minutes * 60_000, () => this.open())
  }

  open(): void {
    this.#endTimer()
    this.#state = 'due'
    this.#onDue()
  }

  begin(): void {
    if (this.#state === 'due') this.#state = 'running'
  }

  /** The job on trial is done; where it wrote nothing, the next one is the trial. */
  end(): void {
    if (this.#state === 'running') this.#state = 'due'
  }

  close(): void {
    this.#state = 'none'
    this.#endTimer()
  }

  /** Keeps its state, and opens no more. */
  stop(): void {
    this.#endTimer()
  }
}

import type { Action } from '../../state/action.ts'
import type { App } from '../../state/app.ts'
import { doneSteps, firstOpen, neighbour, type SetupStep, setupSteps } from './setup-progress.ts'

/** Where the user is in the setup. The step is in the address, what is done in the settings. */
export class SetupState {
  #seen = $state({ libraries: false, paths: false })
  #offered = $state.raw<{ readonly step: SetupStep; readonly actions: () => readonly Action[] } | null>(null)
  readonly #app: App

  constructor(app: App) {
    this.#app = app
  }

  get done(): ReadonlySet<SetupStep> {
    return doneSteps(this.#app.settings, this.#app.status.current, this.#seen)
  }

  get step(): SetupStep {
    const asked = this.#app.router.get('step')
    return setupSteps.find((step) => step === asked) ?? firstOpen(this.done)
  }

  /** A step whose result leaves no trace in the settings when everything is as it should be. */
  see(step: 'libraries' | 'paths'): void {
    this.#seen[step] = true
  }

  /** What leads on from the open step, the main action first; it is at the same place in every step. */
  get onward(): readonly Action[] {
    return this.#offered?.step === this.step ? this.#offered.actions() : []
  }

  /** Called by a step while it starts: what leads on from it. */
  offer(step: SetupStep, actions: () => readonly Action[]): void {
    this.#offered = { step, actions }
  }

  /** The usual way on: once the step is done. `reason` says what is missing. */
  offerNext(step: SetupStep, reason: () => string | undefined): void {
    this.offer(step, () => [{ label: this.#app.t.common.next, disabledReason: reason(), run: () => this.next() }])
  }

  open(step: SetupStep): void {
    this.#app.router.go('setup', { step })
  }

  get before(): SetupStep | null {
    return neighbour(this.step, -1)
  }

  next(): void {
    const step = neighbour(this.step, 1)
    if (step) this.open(step)
  }
}

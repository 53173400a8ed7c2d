import type { Action } from './action.ts'

/** The question asked before an action that cannot be undone. */
export class Asking {
  #action = $state.raw<Action | null>(null)

  get action(): Action | null {
    return this.#action
  }

  /** Does the action immediately, or asks first where it says so. */
  async start(action: Action): Promise<void> {
    if (action.disabledReason !== undefined) return
    if (action.ask) this.#action = action
    else await action.run()
  }

  async confirm(): Promise<void> {
    const action = this.#action
    this.#action = null
    await action?.run()
  }

  close(): void {
    this.#action = null
  }
}

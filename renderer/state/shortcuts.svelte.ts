import { untrack } from 'svelte'
import type { Action } from './action.ts'

/**
 * Single keys for the actions of what is shown. A panel's actions take precedence over the view's, so that `r` retries what the
 * panel shows. Keys are ignored while the user types or a dialog is open.
 */
export class Shortcuts {
  #layers = $state.raw<readonly (() => readonly Action[])[]>([])
  readonly #start: (action: Action) => void

  constructor(start: (action: Action) => void) {
    this.#start = start
  }

  /** The actions with a key that can be done now or say why not, top layer first. */
  get actions(): readonly Action[] {
    return this.#layers.flatMap((layer) => layer().filter((action) => action.key !== undefined))
  }

  /** Adds a layer; the returned function takes it away. */
  offer(actions: () => readonly Action[]): () => void {
    // Read untracked: an effect that offers must not run again because it has offered.
    this.#layers = [actions, ...untrack(() => this.#layers)]
    return () => {
      this.#layers = untrack(() => this.#layers).filter((layer) => layer !== actions)
    }
  }

  /** Does what the key stands for; false if it stands for nothing. */
  press(key: string): boolean {
    const action = this.actions.find((candidate) => candidate.key === key)
    if (!action) return false
    this.#start(action)
    return true
  }
}

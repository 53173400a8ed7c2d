import type { Component } from 'svelte'

/** One thing that can be done; the same object is behind a button, a menu entry and a shortcut. */
export interface Action {
  /** The verb, with the number if there is one: "Retry 14 like this". */
  readonly label: string
  readonly run: () => void | Promise<void>
  /** Why it cannot be done now; absent if it can. */
  readonly disabledReason?: string | undefined
  /** A single key, as in `KeyboardEvent.key`. */
  readonly key?: string
  readonly icon?: Component
  /** Asks before it is done, for what cannot be undone. */
  readonly ask?: { readonly title: string; readonly body: string }
}

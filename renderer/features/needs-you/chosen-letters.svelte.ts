import { SvelteSet } from 'svelte/reactivity'
import type { DeadLetterSelection } from '../../../shared/contract.ts'
import type { Backend } from '../../backend/backend.ts'
import type { LettersShown } from './letters-shown.ts'

/** As many as one call may ask for. */
const idsPerCall = 1000

/** Dead letters that were chosen: one by one, or all that a list shows except some, whether they were read or not. */
export class ChosenLetters {
  readonly #backend: Backend
  /** The chosen ones; with `#all` those that are not. */
  readonly #ids = new SvelteSet<number>()
  #all = $state.raw<LettersShown | null>(null)
  #controller = new AbortController()

  constructor(backend: Backend) {
    this.#backend = backend
  }

  has(id: number): boolean {
    return this.#ids.has(id) !== (this.#all !== null)
  }

  toggle(id: number): void {
    if (!this.#ids.delete(id)) this.#ids.add(id)
  }

  /** How many, where the list shows `total`. */
  count(total: number): number {
    return this.#all === null ? this.#ids.size : Math.max(0, total - this.#ids.size)
  }

  get selection(): DeadLetterSelection {
    const ids = [...this.#ids]
    if (this.#all === null) return { select: 'ids', ids }
    const { code, text } = this.#all
    return { select: 'like', code, except: ids, ...(text === '' ? {} : { text }) }
  }

  choose(ids: readonly number[]): void {
    for (const id of ids) this.#ids.add(id)
  }

  chooseAllOf(shown: LettersShown): void {
    this.#ids.clear()
    this.#all = shown
  }

  clear(): void {
    this.#ids.clear()
    this.#all = null
  }

  /** Another list is shown: those that were chosen one by one remain, all of the former list do not. */
  leaveFilter(): void {
    if (this.#all !== null) this.clear()
  }

  /** Forgets those that are no longer there: another window, or a job that ended, may have taken them away. */
  async forgetGone(): Promise<void> {
    this.#controller.abort()
    this.#controller = new AbortController()
    const { signal } = this.#controller
    const known = [...this.#ids]
    for (let from = 0; from < known.length; from += idsPerCall) {
      const ids = known.slice(from, from + idsPerCall)
      const there = await this.#backend.invoke('listDeadLetters', { ids, limit: idsPerCall }, signal)
      if (!there.ok || signal.aborted) return
      const left = new Set(there.value.rows.map(({ id }) => id))
      for (const id of ids) if (!left.has(id)) this.#ids.delete(id)
    }
  }

  stop(): void {
    this.#controller.abort()
  }
}

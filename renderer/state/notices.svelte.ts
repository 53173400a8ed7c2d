import type { Fault } from '../../shared/result.ts'
import type { Action } from './action.ts'

export interface NoticeCard {
  readonly id: number
  readonly text: string
  readonly undo: Action | null
  readonly fault: Fault | null
}

const shownMs = 8_000

/** Short messages about what was just done, with the way back. Failures stay until they are closed. */
export class Notices {
  #cards = $state.raw<readonly NoticeCard[]>([])
  #nextId = 1
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  get cards(): readonly NoticeCard[] {
    return this.#cards
  }

  show(text: string, undo: Action | null = null): void {
    const id = this.#add({ text, undo, fault: null })
    this.hold(id, false)
  }

  fail(fault: Fault): void {
    if (fault.code !== 'cancelled') this.#add({ text: '', undo: null, fault })
  }

  /** While the user points at a notice or has it focused, it must not vanish under their hand. */
  hold(id: number, held: boolean): void {
    clearTimeout(this.#timers.get(id))
    const card = this.#cards.find((candidate) => candidate.id === id)
    if (!held && card && !card.fault)
      this.#timers.set(
        id,
        setTimeout(() => this.close(id), shownMs),
      )
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#cards = this.#cards.filter((card) => card.id !== id)
  }

  #add(card: Omit<NoticeCard, 'id'>): number {
    const id = this.#nextId++
    this.#cards = [...this.#cards.slice(-2), { id, ...card }]
    return id
  }
}

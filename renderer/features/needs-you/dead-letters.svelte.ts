import type { DeadLetter, ResponseOf } from '../../../shared/contract.ts'
import { classOf, type ErrorCode } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Backend } from '../../backend/backend.ts'
import { PagedRows } from '../../state/paged-rows.svelte.ts'
import { Request } from '../../state/request.svelte.ts'
import { throttled } from '../../state/throttled.ts'
import { ChosenLetters } from './chosen-letters.svelte.ts'
import { filterOf, type LettersShown } from './letters-shown.ts'

type Causes = ResponseOf<'listDeadLetterCauses'>['causes']

/** Dead letters that have the same cause and therefore the same cure. */
export interface Cause {
  readonly code: ErrorCode
  readonly count: number
}

const readAgainMs = 500

/** Decisions first, then what is most. */
function ordered(causes: Causes): Causes {
  const asks = (code: ErrorCode): number => Number(classOf(code) === 'needs_you')
  return causes.toSorted((a, b) => asks(b.code) - asks(a.code) || b.count - a.count)
}

/** What failed for good or waits for the user, kept current: the causes with their numbers, and the rows of one, page by page. */
export class DeadLetters {
  readonly rows = new PagedRows<DeadLetter>()
  readonly chosen: ChosenLetters
  readonly #backend: Backend
  readonly #request = new Request<ResponseOf<'listDeadLetterCauses'>>()
  readonly #opened = new Request<ResponseOf<'listDeadLetters'>>()
  readonly #soon = throttled(readAgainMs, () => this.read())
  readonly #causes = $derived(ordered(this.#request.value?.causes ?? []))
  readonly #count = $derived(this.#causes.reduce((sum, { count }) => sum + count, 0))
  #openId = 0
  #shown: LettersShown | null = null

  constructor(backend: Backend) {
    this.#backend = backend
    this.chosen = new ChosenLetters(backend)
  }

  get causes(): readonly Cause[] {
    return this.#causes
  }

  /** Of all causes. */
  get count(): number {
    return this.#count
  }

  get loaded(): boolean {
    return this.#request.value !== null
  }

  get fault(): Fault | null {
    return this.#request.fault ?? this.rows.fault
  }

  get startedAt(): number {
    return this.#request.startedAt
  }

  /** Shows another cause, text or order. */
  show(shown: LettersShown): void {
    // The address also changes when a panel opens; that must not read the list again.
    const before = this.#shown
    if (before?.code === shown.code && before.text === shown.text && before.sort === shown.sort) return
    this.#shown = shown
    if (before?.code !== shown.code || before.text !== shown.text) this.chosen.leaveFilter()
    const filter = filterOf(shown)
    void this.rows.query((page, signal) => this.#backend.invoke('listDeadLetters', { ...filter, ...page }, signal))
  }

  /** Reads the one that the address names, which may be anywhere in the list; 0 for none. */
  open(id: number): void {
    this.#openId = id
    if (id > 0)
      void this.#opened.run((signal) => this.#backend.invoke('listDeadLetters', { ids: [id], limit: 1 }, signal))
    else this.#opened.clear()
  }

  opened(id: number): DeadLetter | undefined {
    return this.rows.find((row) => row.id === id) ?? this.#opened.value?.rows.find((row) => row.id === id)
  }

  chooseAll(): void {
    const { total } = this.rows
    const rows = Array.from({ length: total }, (_, index) => this.rows.at(index))
    const ids = rows.flatMap((row) => (row === undefined ? [] : [row.id]))
    if (ids.length === total) this.chosen.choose(ids)
    else if (this.#shown !== null) this.chosen.chooseAllOf(this.#shown)
  }

  read(): void {
    void this.#request.run((signal) => this.#backend.invoke('listDeadLetterCauses', {}, signal))
    void this.rows.refresh()
    void this.chosen.forgetGone()
    this.open(this.#openId)
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'deadLetters' || event.name === 'overflow') this.#soon.call()
    })
    return () => {
      end()
      this.#soon.end()
      this.#request.cancel()
      this.#opened.cancel()
      this.rows.stop()
      this.chosen.stop()
    }
  }
}

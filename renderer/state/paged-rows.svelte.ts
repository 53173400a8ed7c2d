import type { PageAsked, PageEnds } from '../../shared/pages.ts'
import type { Fault, Result } from '../../shared/result.ts'
import { pagesToRead } from './pages-to-read.ts'
import type { RowSource } from './row-source.ts'

interface Page<T> {
  readonly total: number
  readonly rows: readonly T[]
  /** For lists that are read from a known row. */
  readonly ends?: PageEnds
}
export type ReadPage<T> = (asked: PageAsked, signal: AbortSignal) => Promise<Result<Page<T>>>

const pageSize = 100
/** Pages kept in memory: a screen shows one or two, the rest makes scrolling back instant. */
const pagesKept = 40

/** A list of any length, page by page. Only what is looked at is read, and only so much is kept. */
export class PagedRows<T> implements RowSource<T> {
  #total = $state(0)
  #pages = $state.raw<ReadonlyMap<number, readonly T[]>>(new Map())
  #ends = new Map<number, NonNullable<PageEnds>>()
  #fault = $state.raw<Fault | null>(null)
  #loaded = $state(false)
  #reading = new Set<number>()
  /** The rows on screen: the first, and the one after the last. */
  #wanted: readonly [number, number] = [0, 0]
  #read: ReadPage<T> | null = null
  #controller = new AbortController()

  get total(): number {
    return this.#total
  }

  /** False until the first page of the present query is here. */
  get loaded(): boolean {
    return this.#loaded
  }

  get fault(): Fault | null {
    return this.#fault
  }

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Starts over with another query; what was on its way is stopped. */
  async query(read: ReadPage<T>): Promise<void> {
    this.#controller.abort()
    this.#controller = new AbortController()
    this.#reading.clear()
    this.#wanted = [0, 0]
    this.#read = read
    this.#loaded = false
    await this.#load(0, true)
  }

  /** Reads the first page again and forgets the others, without blanking what is shown in between. */
  async refresh(): Promise<void> {
    this.#reading.delete(0)
    await this.#load(0, true)
  }

  need(first: number, end: number): void {
    if (!this.#loaded) return
    this.#wanted = [first, end]
    this.#readWanted()
  }

  #readWanted(): void {
    const [first, end] = this.#wanted
    const has = (page: number): boolean => this.#pages.has(page)
    const wanted = [first, Math.min(end, this.#total)] as const
    for (const page of pagesToRead({ wanted, pageSize, has, reading: this.#reading })) void this.#load(page, false)
  }

  /** The first loaded row that fits. */
  find(matches: (row: T) => boolean): T | undefined {
    for (const rows of this.#pages.values()) {
      const found = rows.find(matches)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Where the first loaded row that fits is in the list; null if none is loaded. */
  indexOf(matches: (row: T) => boolean): number | null {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(matches)
      if (index !== -1) return page * pageSize + index
    }
    return null
  }

  /** Replaces the first loaded row that `matches` picks; false if none is loaded. */
  replace(matches: (row: T) => boolean, next: T): boolean {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex(matches)
      if (index === -1) continue
      this.#pages = new Map(this.#pages).set(page, rows.with(index, next))
      return true
    }
    return false
  }

  stop(): void {
    this.#controller.abort()
  }

  async #load(page: number, startOver: boolean): Promise<void> {
    const read = this.#read
    if (!read) return
    const { signal } = this.#controller
    this.#reading.add(page)
    const near = startOver ? undefined : this.#nearest(page)
    const asked = { offset: page * pageSize, limit: pageSize, ...(near && { near }) }
    const answer = await read(asked, signal)
    if (signal.aborted) return
    this.#reading.delete(page)
    this.#loaded = true
    this.#fault = answer.ok ? null : answer.fault
    if (!answer.ok) return
    const { total, rows, ends } = answer.value
    this.#total = total
    const kept = startOver ? [] : [...this.#pages].slice(-(pagesKept - 1))
    this.#pages = new Map([...kept, [page, rows]])
    if (startOver) this.#ends.clear()
    // Those of pages that are no longer kept stay: two places are little.
    if (ends) this.#ends.set(page, ends)
    this.#readWanted()
  }

  /** The known row that is nearest to a page: the end of the one before it, or the beginning of the one after it. */
  #nearest(page: number): PageAsked['near'] {
    let near: PageAsked['near']
    let distance = Number.POSITIVE_INFINITY
    for (const [known, { first, last }] of this.#ends) {
      if (known === page || Math.abs(known - page) >= distance) continue
      distance = Math.abs(known - page)
      near = known < page ? { index: (known + 1) * pageSize - 1, ...last } : { index: known * pageSize, ...first }
    }
    return near
  }
}

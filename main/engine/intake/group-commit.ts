/**
 * Many requests, one commit. A commit with synchronous=FULL waits for the disk; requests that arrive in between share
 * the next one, and each is answered only after the commit that holds its work.
 */
import { type Fault, fail, ok, type Result, textOf } from '../../../shared/result.ts'
import { storageFault } from '../database/storage-fault.ts'

export interface GroupCommitOptions<Work, Value> {
  /**
   * Stores all of `works` in one transaction and returns the value of each when it is on disk; throws when nothing of it
   * was stored. May be called twice for the same work, the first time having been rolled back: it must touch nothing but
   * the database.
   */
  readonly store: (works: readonly Work[]) => readonly Value[]
  /** How much may wait before more is refused (`server_busy`). */
  readonly backlog?: number | undefined
  /** How much goes into one commit at most: it holds up everything else in this process while it runs. */
  readonly commitSize?: number
  /** Calls `commit` once, after the input that has already arrived was read. */
  readonly schedule?: (commit: () => void) => void
}

interface Entry<Work, Value> {
  readonly work: Work
  readonly weight: number
  readonly settle: (result: Result<Value>) => void
}

export class GroupCommit<Work, Value> {
  readonly #store: GroupCommitOptions<Work, Value>['store']
  readonly #backlog: number
  readonly #commitSize: number
  readonly #schedule: (commit: () => void) => void
  #waiting: Entry<Work, Value>[] = []
  #weight = 0
  #scheduled = false
  #closed = false
  #commits = 0

  constructor({ store, backlog = 10_000, commitSize = 500, schedule = setImmediate }: GroupCommitOptions<Work, Value>) {
    this.#store = store
    this.#backlog = backlog
    this.#commitSize = commitSize
    this.#schedule = schedule
  }

  /** How many transactions were committed. */
  get commits(): number {
    return this.#commits
  }

  /**
   * Puts `work` into the next commit; resolves with its value once that is on disk. Faults: `server_busy` when too much
   * waits already, those of `storageFault` when the disk is full, read-only or locked (nothing is stored then),
   * `unexpected` when the work itself throws (the others of that commit are stored nevertheless), `cancelled` after
   * `close`.
   *
   * @param weight how much of the backlog it takes: the number of hooks in it.
   */
  submit(work: Work, weight = 1): Promise<Result<Value>> {
    if (this.#closed) return Promise.resolve(fail('cancelled', 'PlexSync is shutting down'))
    // One submission may pass the limit, however large; without that an array larger than it could never be stored.
    if (this.#weight >= this.#backlog)
      return Promise.resolve(fail('server_busy', 'too many hooks', { retryAfterMs: 1000 }))
    return new Promise((settle) => {
      this.#waiting.push({ work, weight, settle })
      this.#weight += weight
      this.#wake()
    })
  }

  /** Commits what waits and takes nothing more. */
  close(): void {
    this.#closed = true
    while (this.#waiting.length > 0) this.#commitNext()
  }

  #wake(): void {
    if (this.#scheduled || this.#waiting.length === 0) return
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      this.#commitNext()
      this.#wake()
    })
  }

  #commitNext(): void {
    this.#commit(this.#nextGroup())
  }

  #nextGroup(): Entry<Work, Value>[] {
    let count = 0
    let weight = 0
    for (const entry of this.#waiting) {
      if (count > 0 && weight + entry.weight > this.#commitSize) break
      count++
      weight += entry.weight
    }
    this.#weight -= weight
    return this.#waiting.splice(0, count)
  }

  #commit(group: readonly Entry<Work, Value>[]): void {
    if (group.length === 0) return
    let values: readonly Value[]
    try {
      values = this.#store(group.map(({ work }) => work))
    } catch (error) {
      const fault = faultOf(error)
      // A fault of one piece of work must not take down its neighbours: each gets a separate commit.
      if (fault.code === 'unexpected' && group.length > 1) for (const entry of group) this.#commit([entry])
      else for (const { settle } of group) settle({ ok: false, fault })
      return
    }
    this.#commits++
    for (const [index, { settle }] of group.entries()) {
      const value = values[index]
      settle(value === undefined ? fail('unexpected', 'the work was not done') : ok(value))
    }
  }
}

function faultOf(error: unknown): Fault {
  const fault = storageFault(error) ?? { code: 'unexpected' as const, message: textOf(error) }
  return { ...fault, retryAfterMs: 5000 }
}

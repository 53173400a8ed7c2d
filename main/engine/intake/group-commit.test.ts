import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { GroupCommit } from './group-commit.ts'

/** Stores numbers in memory as a database would: all of a transaction, or nothing. */
class Table {
  rows: number[] = []
  commits = 0
  /** Thrown by the next commits, one each. */
  readonly failures: unknown[] = []

  readonly store = (works: readonly (() => number)[]): number[] => {
    const before = [...this.rows]
    try {
      const values = works.map((work) => work())
      const failure = this.failures.shift()
      if (failure !== undefined) throw failure
      this.commits++
      return values
    } catch (error) {
      this.rows = before
      throw error
    }
  }

  add(row: number): number {
    this.rows.push(row)
    return row * 10
  }
}

/** Runs scheduled commits when the test says so. */
class Turns {
  readonly #due: (() => void)[] = []
  readonly schedule = (commit: () => void) => void this.#due.push(commit)
  get waiting(): number {
    return this.#due.length
  }
  next(): void {
    this.#due.shift()?.()
  }
}

function setUp(options: { backlog?: number; commitSize?: number } = {}) {
  const table = new Table()
  const turns = new Turns()
  const commits = new GroupCommit({ store: table.store, schedule: turns.schedule, ...options })
  const submit = (row: number, weight?: number) => commits.submit(() => table.add(row), weight)
  return { table, turns, commits, submit }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol()
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

const value = (value: number) => ({ ok: true, value })
const diskFull = new BetterSqlite3.SqliteError('database or disk is full', 'SQLITE_FULL')

describe('GroupCommit', () => {
  it('stores everything that waits in one commit, and answers each with its own value', async () => {
    const { table, turns, submit } = setUp()
    const responses = [1, 2, 3].map((row) => submit(row))
    expect(turns.waiting).toBe(1)
    turns.next()
    expect(await Promise.all(responses)).toEqual([value(10), value(20), value(30)])
    expect(table).toMatchObject({ commits: 1, rows: [1, 2, 3] })
  })

  it('answers only after the commit', async () => {
    const { turns, submit } = setUp()
    const response = submit(1)
    expect(await isSettled(response)).toBe(false)
    turns.next()
    expect(await response).toEqual(value(10))
  })

  it('starts the next commit for what arrives after one', async () => {
    const { table, turns, submit } = setUp()
    const first = submit(1)
    turns.next()
    const second = submit(2)
    turns.next()
    expect([await first, await second]).toEqual([value(10), value(20)])
    expect(table.commits).toBe(2)
  })

  it('splits what is too much for one commit, but never one submission', async () => {
    const { table, turns, submit } = setUp({ commitSize: 10 })
    const responses = [submit(1, 4), submit(2, 4), submit(3, 4), submit(4, 50), submit(5, 1)]
    const rows: number[] = []
    while (turns.waiting > 0) {
      turns.next()
      rows.push(table.rows.length)
    }
    expect(rows).toEqual([2, 3, 4, 5])
    expect((await Promise.all(responses)).every((response) => response.ok)).toBe(true)
  })

  it('refuses past the backlog, and takes again after the next commit', async () => {
    const { turns, submit } = setUp({ backlog: 3 })
    const first = submit(1, 2)
    const passing = submit(2, 5)
    expect(await submit(3)).toMatchObject({ ok: false, fault: { code: 'server_busy', retryAfterMs: 1000 } })
    turns.next()
    expect([await first, await passing]).toEqual([value(10), value(20)])
    const later = submit(4)
    turns.next()
    expect(await later).toEqual(value(40))
  })

  it.each(['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_READONLY', 'SQLITE_IOERR_FSYNC', 'SQLITE_LOCKED'])(
    'says so to everybody and stores nothing on %s',
    async (code) => {
      const { table, turns, submit } = setUp()
      table.failures.push(new BetterSqlite3.SqliteError('no', code))
      const responses = [submit(1), submit(2)]
      turns.next()
      for (const response of await Promise.all(responses))
        expect(response).toMatchObject({ ok: false, fault: { code: 'cannot_store', retryAfterMs: 5000 } })
      expect(table).toMatchObject({ commits: 0, rows: [] })
    },
  )

  it('continues after a failed commit', async () => {
    const { table, turns, submit } = setUp()
    table.failures.push(diskFull)
    const failed = submit(1)
    turns.next()
    const stored = submit(2)
    turns.next()
    expect([(await failed).ok, await stored]).toEqual([false, value(20)])
    expect(table.rows).toEqual([2])
  })

  it('stores the neighbours of work that throws', async () => {
    const { table, turns, commits, submit } = setUp()
    const before = submit(1)
    const broken = commits.submit(() => {
      table.add(99)
      throw new Error('a bug')
    })
    const after = submit(2)
    turns.next()
    expect(await broken).toMatchObject({ ok: false, fault: { code: 'unexpected', message: 'a bug' } })
    expect([await before, await after]).toEqual([value(10), value(20)])
    expect(table.rows).toEqual([1, 2])
  })

  it('commits what waits when closed, and takes nothing more', async () => {
    const { table, turns, commits, submit } = setUp({ commitSize: 1 })
    const responses = [submit(1), submit(2)]
    commits.close()
    expect(await Promise.all(responses)).toEqual([value(10), value(20)])
    expect(await submit(3)).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
    while (turns.waiting > 0) turns.next()
    expect(table.rows).toEqual([1, 2])
  })
})

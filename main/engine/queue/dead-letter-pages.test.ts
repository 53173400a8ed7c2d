import { beforeEach, describe, expect, it } from 'vitest'
import { calls } from '../../../shared/contract.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import { SeededRandom } from '../../../test/harness/seeded-random.ts'
import type { Database } from '../database/open.ts'
import { DeadLetterPages, type DeadLetterRow } from './dead-letter-pages.ts'

const count = 1234
const seed = 20_261_129

let db: Database
let pages: DeadLetterPages

beforeEach(() => {
  db = freshDatabase()
  pages = new DeadLetterPages(db)
  fill(new SeededRandom(seed))
})

/** Dead letters with many equal values, so that no order is decided by its first value alone. */
function fill(random: SeededRandom): void {
  const job = db.prepare<{ id: number; subject: number; kind: string; at: number; code: string; title: string }>(`
    INSERT INTO job (id, kind, subject_id, state, origin, attempts, received_at, burst_at, scheduled_at, due_at,
      finished_at, code, title, detail, path)
    VALUES (@id, @kind, @subject, 'dead', 'hook', @id % 7, @at, @at, @at, @at, @at, @code, @title, 'Refused.',
      '/data/' || @title || '.mp4')`)
  const attempt = db.prepare<{ id: number }>(`
    INSERT INTO job_attempt (job_id, at, code, message) VALUES (@id, 1000, 'timeout', 'No answer')`)
  db.transaction(() => {
    for (let id = 1; id <= count; id++) {
      job.run({
        id,
        subject: ((id * 7919) % count) + 1,
        kind: random.pick(['scene', 'scene', 'scene', 'tag', 'studio']),
        at: 1_700_000_000_000 + random.integer(0, 200) * 1000,
        code: random.pick(['rejected', 'low_confidence', 'not_in_plex']),
        title: `${random.pick(['Amber', 'amber', 'Bridge', 'Cove 100%'])} ${random.integer(0, 40)}`,
      })
      if (id % 10 === 0) attempt.run({ id })
    }
  })()
}

type Asked = Parameters<(typeof calls)['listDeadLetters']['request']['parse']>[0]
const page = (asked: Asked) => pages.page(calls.listDeadLetters.request.parse(asked))

/** The whole list, each page read from the last row of the one before. */
function walk(asked: object): DeadLetterRow[] {
  const rows: DeadLetterRow[] = []
  for (let near: unknown; ; ) {
    const next = page({ ...asked, offset: rows.length, limit: 100, ...(near === undefined ? {} : { near }) })
    rows.push(...next.rows)
    if (next.ends === null || next.rows.length < 100) return rows
    near = { index: rows.length - 1, ...next.ends.last }
  }
}

const ids = (rows: readonly DeadLetterRow[]): number[] => rows.map(({ id }) => id)

describe('pages of dead letters', () => {
  it.each([
    {},
    { code: 'rejected' },
    { sort: 'scene', descending: false },
    { sort: 'title' },
    { sort: 'title', descending: false, code: 'not_in_plex' },
    { sort: 'attempts' },
    { descending: false, text: 'COVE 100%' },
  ])('hold each row once and in order, wherever they are read from: %o', (asked) => {
    const walked = ids(walk(asked))
    const whole = Array.from({ length: 2 }, (_, index) => page({ ...asked, offset: index * 1000, limit: 1000 }))
    expect(walked).toEqual(ids(whole.flatMap(({ rows }) => rows)))
    expect(new Set(walked).size).toBe(walked.length)
    expect(whole[0]?.total).toBe(walked.length)
    // Every page again, from a row somewhere else in the list.
    const random = new SeededRandom(seed)
    for (let offset = 0; offset < walked.length; offset += 100) {
      const index = random.integer(0, walked.length - 1)
      const at = page({ ...asked, offset: index, limit: 1 }).ends?.first
      const { rows } = page({ ...asked, offset, limit: 100, near: { index, ...at } })
      expect(ids(rows), `seed ${seed}, offset ${offset} from ${index}`).toEqual(walked.slice(offset, offset + 100))
    }
  })

  it('continue behind a row that has gone since, and miss none of those that are left', () => {
    const first = page({ limit: 100 })
    db.exec(`UPDATE job SET state = 'superseded' WHERE id IN (${ids(first.rows).join(', ')})`)
    const next = page({ offset: 100, limit: 100, near: { index: 99, ...first.ends?.last } })
    expect(ids(next.rows)).toEqual(ids(page({ limit: 100 }).rows))
  })

  it('count no rows for a caller that has counted them', () => {
    const { ends } = page({ limit: 100 })
    expect(page({ offset: 100, near: { index: 99, total: 777, ...ends?.last } }).total).toBe(777)
  })

  it('show what failed, with the tries of the rows that are shown', () => {
    const { rows, total } = page({ ids: [10, 11, 99_999] })
    expect(total).toBe(2)
    expect(rows.find(({ id }) => id === 10)?.attempts_log).toMatchObject([{ at: '1970-01-01T00:00:01.000Z' }])
    expect(rows.find(({ id }) => id === 11)?.attempts_log).toEqual([])
  })

  it('find a text in title, reason, path and id, and take its signs for letters', () => {
    expect(page({ text: 'refused' }).total).toBe(count)
    expect(page({ text: '/DATA/BRIDGE' }).total).toBe(page({ text: 'bridge' }).total)
    expect(page({ text: '100%' }).rows.every(({ title }) => title.startsWith('Cove'))).toBe(true)
    expect(page({ text: '10_%' }).total).toBe(0)
  })

  it('answer nothing for nothing', () => {
    expect(page({ text: 'nowhere' })).toEqual({ total: 0, rows: [], ends: null })
    expect(page({ offset: 5000 })).toMatchObject({ total: count, rows: [], ends: null })
  })

  it('read a page of the newest, of a cause too, over an index, without sorting', () => {
    const plans: string[] = []
    const watched = new Proxy(db, {
      get: (of, name) =>
        name === 'prepare'
          ? (sql: string) => {
              plans.push(sql)
              return of.prepare(sql)
            }
          : Reflect.get(of, name),
    })
    new DeadLetterPages(watched).page(calls.listDeadLetters.request.parse({ code: 'rejected' }))
    const rows = plans.find((sql) => sql.includes('LIMIT @take')) ?? ''
    const bound = { code: 'rejected', like: null, ids: null, last: 100, take: 100, skip: 0, key: null, id: null }
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${rows}`).all(bound)
    const details = steps.map((step) => String(Object(step).detail))
    expect(details.filter((detail) => detail.includes('job_dead_code')).length).toBe(5)
    expect(details.filter((detail) => detail.includes('SCAN job'))).toEqual([])
  })
})

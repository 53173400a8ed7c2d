import { beforeEach, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { calls, type GapRow, gapKindSchema } from '../../../shared/contract.ts'
import { type PageAsked, pageAfter } from '../../../shared/pages.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import { SeededRandom } from '../../../test/harness/seeded-random.ts'
import type { Database } from '../database/open.ts'
import { GapPages } from './gap-pages.ts'
import { Gaps } from './gaps.ts'

const count = 1234
const run = 7
const seed = 20_261_129

let db: Database

beforeEach(() => {
  db = freshDatabase()
  const random = new SeededRandom(seed)
  const gaps = new Gaps(db)
  db.transaction(() => {
    for (let scene = 1; scene <= count; scene++)
      gaps.add(run, {
        kind: random.pick(gapKindSchema.options),
        sceneId: String(scene),
        ratingKey: String(scene + 5000),
        title: `${random.pick(['Amber', 'amber', 'Bridge', 'Cove 100%'])} ${scene}`,
        path: `/data/clips/${scene}.mp4`,
        size: null,
        changes: [],
        skipped: random.pick([null, null, 'switched_off', 'only_new'] as const),
        enqueued: false,
      })
  })()
})

type Asked = Partial<z.input<(typeof calls)['listGaps']['request']>>
const page = (asked: Asked, of = db) => new GapPages(of).page(calls.listGaps.request.parse({ id: run, ...asked }))

/** The whole list, each page read from the last row of the one before. */
function walk(asked: Asked): GapRow[] {
  const rows: GapRow[] = []
  for (let next: PageAsked | null = { offset: 0, limit: 100 }; next !== null; ) {
    const read = page({ ...asked, ...next })
    rows.push(...read.rows)
    next = pageAfter(next, read)
  }
  return rows
}

const scenes = (rows: readonly GapRow[]) => rows.map(({ scene_id }) => Number(scene_id))

describe('pages of gaps', () => {
  it.each([
    {},
    { kind: 'stale' },
    { skipped: true },
    { kind: 'missing', skipped: false },
    { text: 'AMBER' },
    { text: '/clips/1', kind: 'drifted', skipped: true },
  ] satisfies Asked[])('hold each gap once and in the order found, wherever they are read from: %o', (asked) => {
    const walked = scenes(walk(asked))
    const whole = [0, 1000].map((offset) => page({ ...asked, offset, limit: 1000 }))
    expect(walked).toEqual(scenes(whole.flatMap(({ rows }) => rows)))
    expect(walked).toEqual(walked.toSorted((a, b) => a - b))
    expect(walked.length).toBeGreaterThan(20)
    expect(whole[0]?.total).toBe(walked.length)
    // Every page again, from a row somewhere else in the list.
    const random = new SeededRandom(seed)
    for (let offset = 0; offset < walked.length; offset += 100) {
      const index = random.integer(0, walked.length - 1)
      const at = page({ ...asked, offset: index, limit: 1 }).ends?.first
      const near = at === undefined ? undefined : { index, ...at }
      const { rows } = page({ ...asked, offset, limit: 100, near })
      expect(scenes(rows), `seed ${seed}, offset ${offset} from ${index}`).toEqual(walked.slice(offset, offset + 100))
    }
  })

  it('filter by kind, by what was left out and by a text in title or path, whose signs are letters', () => {
    const all = walk({})
    expect(walk({ kind: 'empty' })).toEqual(all.filter(({ kind }) => kind === 'empty'))
    expect(walk({ skipped: false })).toEqual(all.filter(({ skipped }) => skipped === null))
    expect(walk({ text: '100%' })).toEqual(all.filter(({ title }) => title.startsWith('Cove')))
    expect(page({ text: '10_%' })).toEqual({ total: 0, rows: [], ends: null })
    expect(page({ text: '' }).total).toBe(count)
  })

  it('are of one comparison', () => {
    expect(page({ id: 8 })).toEqual({ total: 0, rows: [], ends: null })
  })

  it('count no rows for a caller that has counted them', () => {
    const { ends } = page({ limit: 100 })
    const last = ends?.last ?? { key: 0, id: 0 }
    expect(page({ offset: 100, near: { index: 99, total: 777, ...last } }).total).toBe(777)
  })

  it.each([{}, { kind: 'stale' }, { skipped: true }, { text: 'amber' }] satisfies Asked[])(
    'are read from a known row without sorting or passing those before it: %o',
    (asked) => {
      const last = page({ limit: 100 }).ends?.last ?? { key: 0, id: 0 }
      const prepared: string[] = []
      const watched = new Proxy(db, {
        get: (of, name) =>
          name === 'prepare'
            ? (sql: string) => {
                prepared.push(sql)
                return of.prepare(sql)
              }
            : Reflect.get(of, name),
      })
      page({ ...asked, offset: 100, near: { index: 99, ...last } }, watched)
      const rows = prepared.find((sql) => sql.includes('LIMIT @take')) ?? ''
      const bound = { runId: run, kind: 'stale', text: 'amber', take: 100, skip: 0, key: 1, id: 1 }
      const steps = db.prepare(`EXPLAIN QUERY PLAN ${rows}`).all(bound)
      expect(steps).toHaveLength(1)
      expect(String(Object(steps[0]).detail)).toMatch(/^SEARCH reconcile_gap USING .*rowid>\?/)
    },
  )
})

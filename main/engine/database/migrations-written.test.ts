import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseNames } from '../../../shared/names.ts'
import { migrate, readMigrations } from './migrate.ts'

/** A database as release 1.0.0 made it, with these settings. */
function released(settings: Readonly<Record<string, unknown>>): BetterSqlite3.Database {
  const db = new BetterSqlite3(':memory:')
  migrate(
    db,
    ':memory:',
    readMigrations().filter(({ version }) => version <= 7),
  )
  const put = db.prepare('INSERT INTO setting (name, value, updated_at) VALUES (?, ?, 0)')
  for (const [name, value] of Object.entries(settings)) put.run(name, JSON.stringify(value))
  return db
}

function upgraded(db: BetterSqlite3.Database): Record<string, unknown> {
  migrate(db, ':memory:', readMigrations())
  const rows = db.prepare<[], { name: string; value: string }>('SELECT name, value FROM setting').all()
  return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)]))
}

describe('settings that were replaced', () => {
  it('become their successors', () => {
    const db = released({ sync_title_sort: true, collection_parent_studio: true, theme: 'dark' })
    expect(upgraded(db)).toEqual({
      title_sort_format: '{title}',
      collections: 'parent_studio or studio',
      theme: 'dark',
    })
  })

  it.each([
    [true, 'A title'],
    [false, undefined],
  ])('a sort title stays ours only while it was written: %s', (isOn, expected) => {
    const db = released({ sync_title_sort: isOn })
    db.prepare(
      `INSERT INTO sync_item (rating_key, scene_id, section_id, file, base, kept)
       VALUES (1, 1, '1', '/a.mp4', '{"scalars":{"title":"A title","title_sort":"A title"}}', '[]')`,
    ).run()
    upgraded(db)
    const base = z
      .object({ scalars: z.object({ title: z.string(), title_sort: z.string().optional() }) })
      .parse(JSON.parse(z.string().parse(db.prepare('SELECT base FROM sync_item').pluck().get())))
    expect(base.scalars).toEqual({ title: 'A title', ...(expected === undefined ? {} : { title_sort: expected }) })
  })
})

describe('stored lists of names', () => {
  it.each([
    ['Clips, Shorts', ['Clips', 'Shorts']],
    ['12" Vinyl, LP', ['12" Vinyl', 'LP']],
    ['"Quoted", Plain', ['"Quoted"', 'Plain']],
    ['Plain, "Big" Bold, "Small"', ['Plain', '"Big" Bold', '"Small"']],
    ['"Big, Bold"', ['Big, Bold']],
    ['"open', ['"open']],
  ])('%s keeps its meaning', (stored, names) => {
    const { tag_deny } = upgraded(released({ tag_deny: stored, max_tags: 20 }))
    expect(parseNames(String(tag_deny))).toEqual({ names, problem: null })
  })

  it('leaves other settings alone', () => {
    expect(upgraded(released({ path_map: '"a;b" => "c"', max_tags: 20 }))).toMatchObject({
      path_map: '"a;b" => "c"',
      max_tags: 20,
    })
  })
})

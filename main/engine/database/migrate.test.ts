import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { makeMemoryFolder, type TempFolder } from '../../../test/harness/temp-folder.ts'
import { type Migration, migrate, readMigrations, versionOf } from './migrate.ts'
import { openDatabase } from './open.ts'

const clock = new ManualClock()
let folder: TempFolder
let file: string

beforeEach(async () => {
  folder = await makeMemoryFolder()
  file = folder.file('plexsync.db')
})
afterEach(() => folder.close())

const steps: Migration[] = [
  { version: 1, name: '0001_a.sql', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2);' },
  { version: 2, name: '0002_b.sql', sql: 'ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7; UPDATE a SET y = x;' },
  {
    version: 3,
    name: '0003_c.sql',
    sql: 'CREATE TABLE c (z INTEGER) STRICT; INSERT INTO c SELECT y FROM a; DROP TABLE a;',
  },
]

function open(migrations: readonly Migration[], path = file) {
  return openDatabase(path, { clock, migrations })
}
function openAndClose(migrations: readonly Migration[], path = file): void {
  const opened = open(migrations, path)
  if (!opened.ok) throw new Error(opened.fault.message)
  opened.value.close()
}

/** Schema and content, to compare two databases. */
function contentOf(path: string, migrations: readonly Migration[]): unknown {
  const opened = open(migrations, path)
  if (!opened.ok) return opened.fault
  const content = readContent(opened.value)
  opened.value.close()
  return content
}

/** The same of a file as it is, without looking for damage or bringing it to a version. */
function contentAsItIs(path: string): unknown {
  const db = new BetterSqlite3(path)
  const content = readContent(db)
  db.close()
  return content
}

function readContent(db: BetterSqlite3.Database): unknown {
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  const rows = db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
  const content = rows.map(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all())
  return { schema, content, version: versionOf(db) }
}

/** SQL cut after each statement, comments left out. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

describe('migrations', () => {
  it('are numbered without doubles and bring an empty file to the latest version', () => {
    const migrations = readMigrations()
    const numbers = migrations.map(({ version }) => version)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    openAndClose(migrations)
    const db = new BetterSqlite3(file, { readonly: true })
    expect(versionOf(db)).toBe(numbers.at(-1))
    db.close()
  })

  it('copy a database with content before they change it, and not a new one', () => {
    openAndClose(steps.slice(0, 1))
    expect(readdirSync(folder.path)).toEqual(['plexsync.db'])
    const before = contentOf(file, steps.slice(0, 1))
    openAndClose(steps)
    expect(readdirSync(folder.path).sort()).toEqual(['plexsync.db', 'plexsync.db.before-v3'])
    expect(contentOf(`${file}.before-v3`, steps.slice(0, 1))).toEqual(before)
    openAndClose(steps)
    expect(contentOf(file, steps)).toMatchObject({ version: 3, content: [[{ z: 1 }, { z: 2 }]] })
  })

  it('refuse a database that a newer PlexSync has written, and change nothing in it', () => {
    openAndClose(steps)
    expect(open(steps.slice(0, 2))).toMatchObject({
      ok: false,
      fault: { code: 'invalid_input', message: expect.stringContaining('newer PlexSync') },
    })
    expect(contentOf(file, steps)).toMatchObject({ version: 3 })
    expect(existsSync(`${file}.before-v2`)).toBe(false)
  })

  it.each([
    ['of the test', steps],
    ['of the product', readMigrations()],
  ])('%s end the same when the process dies after any statement', (_, migrations) => {
    openAndClose(migrations)
    const expected = contentOf(file, migrations)
    let cuts = 0
    for (const [i, { version, name, sql }] of migrations.entries()) {
      const statements = statementsOf(sql)
      const earlier = migrations.slice(0, i)
      // What the step finds. It leads to what is expected, and so does whatever equals it.
      const before = folder.file(`before-${version}.db`)
      openAndClose(earlier, before)
      const content = contentOf(before, earlier)
      for (let at = 1; at <= statements.length; at++) {
        cuts++
        const victim = folder.file(`victim-${version}-${at}.db`)
        const corpse = folder.file(`corpse-${version}-${at}.db`)
        copyFileSync(before, victim)
        const db = new BetterSqlite3(victim)
        db.pragma('journal_mode = WAL')
        // What a killed process leaves behind is what its files hold at that moment.
        db.function('die', () => {
          for (const end of ['', '-wal']) if (existsSync(victim + end)) copyFileSync(victim + end, corpse + end)
          throw new Error('died')
        })
        const cut = [...statements.slice(0, at), 'SELECT die()'].join(';\n')
        expect(() => migrate(db, victim, [...earlier, { version, name, sql: cut }])).toThrow('died')
        expect(contentAsItIs(corpse), `${name} cut after statement ${at}`).toEqual(content)
        expect(readContent(db), `${name} failed after statement ${at}`).toEqual(content)
        db.close()
      }
      expect(contentOf(before, migrations), `from before ${name}`).toEqual(expected)
    }
    expect(cuts).toBeGreaterThan(migrations.length)
  })

  it('leave the old database when the disk is full', () => {
    openAndClose(steps.slice(0, 1))
    const before = contentOf(file, steps.slice(0, 1))
    const db = new BetterSqlite3(file)
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
    const large = { version: 2, name: '0002_large.sql', sql: 'CREATE TABLE b AS SELECT zeroblob(1000000) AS bytes' }
    expect(() => migrate(db, file, [...steps.slice(0, 1), large])).toThrow('full')
    db.close()
    expect(contentOf(file, steps.slice(0, 1))).toEqual(before)
  })

  it('notice a step that ends its own transaction or breaks references', () => {
    const bad = (sql: string) => [...steps.slice(0, 1), { version: 2, name: '0002_bad.sql', sql }]
    expect(() => open(bad('CREATE TABLE b (x); COMMIT;'))).toThrow('must not end the transaction')
    const broken = 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE k (p REFERENCES p); INSERT INTO k VALUES (5);'
    expect(() => open(bad(broken), folder.file('other.db'))).toThrow('broken references')
  })
})

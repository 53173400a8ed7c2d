import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { makeMemoryFolder } from '../../../test/harness/temp-folder.ts'
import { readMigrations } from '../database/migrate.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { WebhookIds } from './webhook-ids.ts'

const hour = 60 * 60 * 1000

function open(file: string): Database {
  const opened = openDatabase(file, { clock: new ManualClock() })
  if (!opened.ok) throw new Error(opened.fault.message)
  onTestFinished(() => void opened.value.close())
  return opened.value
}

function remember(ids: WebhookIds, id: string): boolean | undefined {
  return ids.remember([id])[0]
}

function count(db: Database): unknown {
  return db.prepare('SELECT count(*) FROM webhook_deliveries, json_each(ids)').pluck().get()
}

describe('WebhookIds', () => {
  it('knows an id for 24 hours', () => {
    const clock = new ManualClock()
    const ids = new WebhookIds(open(':memory:'), clock)
    expect(remember(ids, 'msg_1')).toBe(true)
    expect(remember(ids, 'msg_2')).toBe(true)
    clock.jump(24 * hour - 1)
    expect(remember(ids, 'msg_1')).toBe(false)
    clock.jump(1)
    expect(remember(ids, 'msg_1')).toBe(true)
    expect(remember(ids, 'msg_1')).toBe(false)
  })

  it('knows it after a restart', async () => {
    const folder = await makeMemoryFolder()
    onTestFinished(folder.close)
    const clock = new ManualClock()
    const first = open(folder.file('plexsync.db'))
    expect(remember(new WebhookIds(first, clock), 'msg_1')).toBe(true)
    first.close()
    expect(remember(new WebhookIds(open(folder.file('plexsync.db')), clock), 'msg_1')).toBe(false)
  })

  it('forgets an id whose transaction failed', () => {
    const db = open(':memory:')
    const ids = new WebhookIds(db, new ManualClock())
    const failing = db.transaction(() => {
      remember(ids, 'msg_1')
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    expect(remember(ids, 'msg_1')).toBe(true)
  })

  it('forgets an id that could not be stored', () => {
    const db = open(':memory:')
    const ids = new WebhookIds(db, new ManualClock())
    db.exec(`CREATE TEMP TRIGGER full BEFORE INSERT ON webhook_deliveries BEGIN SELECT raise(ABORT, 'disk full'); END`)
    expect(() => remember(ids, 'msg_1')).toThrow('disk full')
    db.exec('DROP TRIGGER full')
    expect(remember(ids, 'msg_1')).toBe(true)
  })

  it('recognises an id that comes twice in one list', () => {
    const ids = new WebhookIds(open(':memory:'), new ManualClock())
    expect(ids.remember(['msg_1', 'msg_2', 'msg_1'])).toEqual([true, true, false])
    expect(ids.remember(['msg_3', 'msg_2', "msg_'4"])).toEqual([true, false, true])
    expect(ids.remember([])).toEqual([])
  })

  it('forgets an id whose transaction failed, whatever it knew before', () => {
    const db = open(':memory:')
    const clock = new ManualClock()
    const ids = new WebhookIds(db, clock)
    expect(ids.remember(['old'])).toEqual([true])
    clock.jump(24 * hour)
    const failing = db.transaction(() => {
      expect(ids.remember(['msg_1', 'old'])).toEqual([true, true])
      expect(ids.remember(['msg_2'])).toEqual([true])
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    expect(ids.remember(['msg_2', 'msg_1', 'old'])).toEqual([true, true, true])
    expect(new WebhookIds(db, clock).remember(['msg_1', 'msg_2', 'old'])).toEqual([false, false, false])
  })

  it('stays small: old ids go as new ones come', () => {
    const db = open(':memory:')
    const clock = new ManualClock()
    const ids = new WebhookIds(db, clock)
    for (let day = 0; day < 10; day++) {
      for (let n = 0; n < 1000; n++) remember(ids, `${(n * 7919) % 1000}-${day}`)
      expect(count(db)).toBe(1000)
      for (let n = 0; n < 1000; n++) expect(remember(ids, `${n}-${day}`)).toBe(false)
      clock.jump(24 * hour)
    }
  })

  it('holds 200,000 ids of a flood, and then forgets the oldest', () => {
    const db = open(':memory:')
    const ids = new WebhookIds(db, new ManualClock())
    const commit = (from: number) => ids.remember(Array.from({ length: 1000 }, (_, n) => `msg_${from + n}`))
    for (let from = 0; from < 201_000; from += 1000) commit(from)
    expect(remember(ids, 'msg_200999')).toBe(false)
    expect(remember(ids, 'msg_1000')).toBe(false)
    expect(remember(ids, 'msg_0')).toBe(true)
    expect(count(db)).toBeLessThanOrEqual(201_000)
  })

  it('still knows what an older version remembered', () => {
    const db = open(':memory:')
    db.exec(`
      DROP TABLE webhook_deliveries;
      CREATE TABLE webhook_ids (id TEXT NOT NULL PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO webhook_ids VALUES ('b', 1000), ('a', 2000), ('c', 1000)`)
    db.exec(readMigrations().find(({ version }) => version === 54)?.sql ?? '')
    const clock = new ManualClock()
    clock.jump(2000 - clock.now())
    expect(new WebhookIds(db, clock).remember(['a', 'b', 'c', 'd'])).toEqual([false, false, false, true])
  })
})

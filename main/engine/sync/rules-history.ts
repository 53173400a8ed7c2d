/**
 * The settings under which items were written, by a hash: a difference that comes from a changed setting alone can then be
 * distinguished from one that Stash or Plex made. Owns the table written_rules.
 */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { parseSetting, ruleNames, type Settings } from '../../../shared/settings.ts'

export class RulesHistory {
  readonly #sql
  readonly #ids = new WeakMap<Settings, string>()
  readonly #known = new Map<string, Settings>()

  constructor(db: Database) {
    this.#sql = {
      put: db.prepare<[string, string]>('INSERT OR IGNORE INTO written_rules (id, settings) VALUES (?, ?)'),
      get: db.prepare<[string], { settings: string }>('SELECT settings FROM written_rules WHERE id = ?'),
    }
  }

  /** The same for the same rules, whatever the other settings are. */
  idOf(settings: Settings): string {
    const before = this.#ids.get(settings)
    if (before !== undefined) return before
    const text = JSON.stringify(Object.fromEntries(ruleNames.map((name) => [name, settings[name]])))
    const id = createHash('sha1').update(text).digest('base64url')
    this.#sql.put.run(id, text)
    this.#ids.set(settings, id)
    return id
  }

  /** The present settings with the rules of that time; null if they are not known. */
  settingsOf(id: string, present: Settings): Settings | null {
    const before = this.#known.get(id)
    if (before !== undefined) return before
    const row = this.#sql.get.get(id)
    if (row === undefined) return null
    const stored: unknown = JSON.parse(row.settings)
    const values = typeof stored === 'object' && stored !== null ? stored : {}
    const rules = ruleNames.flatMap((name) => {
      const given: unknown = Reflect.get(values, name)
      const parsed = given === undefined ? null : parseSetting(name, given)
      return parsed?.ok === true ? [[name, parsed.value] as const] : []
    })
    const settings = Object.freeze(Object.assign({ ...present }, Object.fromEntries(rules)))
    this.#known.set(id, settings)
    return settings
  }
}

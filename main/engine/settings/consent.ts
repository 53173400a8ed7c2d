/**
 * Consent to write to Plex: a stored mark. Until it is set, changes are kept in the queue and only scenes that the user
 * asks for one by one are written. Owns the tables consent and setting_by_command.
 */
import type { Database } from 'better-sqlite3'
import type { SettingName } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import type { Clock } from '../ports.ts'
import type { SettingsStore } from './settings-store.ts'

/** What an installation needs before it can work. Given completely without the window, they are consent. */
export const requiredSettings = ['plex_url', 'plex_token', 'stash_url'] as const satisfies readonly SettingName[]
type RequiredSetting = (typeof requiredSettings)[number]

/** `setup`: a button of its last step. `configuration`: complete without the window. `upgrade`: by the migration. */
export type ConsentSource = 'setup' | 'configuration' | 'upgrade'

export interface ConsentDeps {
  readonly db: Database
  readonly clock: Clock
  readonly settings: SettingsStore
}

export class Consent {
  readonly #deps: ConsentDeps
  readonly #sql
  readonly #givenListeners = new Listeners<void>()
  #givenAt: number | null
  #onlyNew: boolean
  #byCommand = false

  constructor(deps: ConsentDeps) {
    this.#deps = deps
    this.#sql = statements(deps.db)
    const stored = this.#sql.read.get()
    this.#givenAt = stored?.givenAt ?? null
    this.#onlyNew = stored?.onlyNew === 1
  }

  get given(): boolean {
    return this.#givenAt !== null
  }

  /** When it was given first, epoch ms; null before. */
  get givenAt(): number | null {
    return this.#givenAt
  }

  /** Whether only changes from now on are wanted: the existing library was never asked for. */
  get onlyNew(): boolean {
    return this.#onlyNew
  }

  /** Stores the mark. Given a second time, it only changes whether the whole library is wanted. */
  give(by: ConsentSource, options: { readonly onlyNew: boolean }): void {
    const now = this.#deps.clock.now()
    this.#sql.give.run(now, by, options.onlyNew ? 1 : 0)
    this.#onlyNew = options.onlyNew
    this.#givenAt ??= now
    this.#givenListeners.send()
  }

  /** The whole library was asked for. */
  wantAll(): void {
    if (!this.#onlyNew) return
    this.#sql.wantAll.run()
    this.#onlyNew = false
  }

  /** Runs `save`, which stores settings on behalf of a command; `note` belongs into its transaction. */
  asCommand<T>(save: (note: (names: readonly string[]) => void) => T): T {
    this.#byCommand = true
    try {
      return save((names) => {
        for (const name of requiredSettings) if (names.includes(name)) this.#sql.note.run(name)
      })
    } finally {
      this.#byCommand = false
    }
  }

  /** Settings changed. What the window stores takes the place of what a command stored. */
  settingsChanged(changed: readonly SettingName[]): void {
    if (!this.#byCommand) for (const name of requiredSettings) if (changed.includes(name)) this.#sql.forget.run(name)
  }

  /** Gives consent if everything that is needed was given without the window. Called before work begins. */
  review(): void {
    if (this.given) return
    const rows = new Map(this.#deps.settings.list().map((row) => [row.name, row]))
    const isGiven = (name: RequiredSetting): boolean => {
      const row = rows.get(name)
      if (row === undefined || row.value === '') return false
      if (row.source === 'environment' || row.source === 'argument') return true
      return row.source === 'stored' && this.#sql.isByCommand.get(name) !== undefined
    }
    if (requiredSettings.every(isGiven)) this.give('configuration', { onlyNew: false })
  }

  /** Calls `listener` after consent was given. Returns its end. */
  onGiven(listener: () => void): () => void {
    return this.#givenListeners.add(listener)
  }
}

function statements(db: Database) {
  return {
    read: db.prepare<[], { givenAt: number; onlyNew: number }>(
      'SELECT given_at AS givenAt, only_new AS onlyNew FROM consent',
    ),
    give: db.prepare<[at: number, by: ConsentSource, onlyNew: number]>(
      `INSERT INTO consent (only_row, given_at, given_by, only_new) VALUES (1, ?, ?, ?)
       ON CONFLICT (only_row) DO UPDATE SET only_new = excluded.only_new`,
    ),
    wantAll: db.prepare<[]>('UPDATE consent SET only_new = 0'),
    note: db.prepare<[name: string]>('INSERT OR IGNORE INTO setting_by_command (name) VALUES (?)'),
    forget: db.prepare<[name: string]>('DELETE FROM setting_by_command WHERE name = ?'),
    isByCommand: db.prepare<[name: string]>('SELECT 1 FROM setting_by_command WHERE name = ?'),
  }
}

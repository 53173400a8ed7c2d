/**
 * Settings that are overridden for one Plex library, and the libraries that are known by name. Owns the tables
 * library_setting and known_library.
 */
import type { Database } from 'better-sqlite3'
import { decline } from '../../../shared/decline.ts'
import type { RefusedSetting } from '../../../shared/request-problems.ts'
import { ok, type Result } from '../../../shared/result.ts'
import {
  definitionOf,
  isSettingName,
  librarySettingNames,
  type SettingName,
  type SettingValue,
} from '../../../shared/settings.ts'
import type { Clock } from '../ports.ts'
import {
  type CheckPathRules,
  checkSetting,
  layerFrom,
  type SettingLayer,
  successorOf,
  unknownSetting,
} from './setting-layer.ts'

/** A library of a Plex server. */
export interface LibraryRef {
  /** The server's machineIdentifier. */
  readonly server: string
  /** The library's uuid. */
  readonly library: string
}

export interface KnownLibrary extends LibraryRef {
  readonly sectionId: string
  readonly title: string
}

interface Row extends LibraryRef {
  readonly name: string
  readonly value: string
}

export interface LibrarySettingsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly checkPathRules: CheckPathRules
}

export class LibrarySettings {
  readonly #deps: LibrarySettingsDeps
  readonly #sql

  constructor(deps: LibrarySettingsDeps) {
    this.#deps = deps
    const { db } = deps
    this.#sql = {
      all: db.prepare<[], Row>(
        'SELECT server, library, name, value FROM library_setting ORDER BY server, library, name',
      ),
      put: db.prepare<[string, string, string, string, number]>(
        `INSERT INTO library_setting (server, library, name, value, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (server, library, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      ),
      remove: db.prepare<[string, string, string]>(
        'DELETE FROM library_setting WHERE server = ? AND library = ? AND name = ?',
      ),
      known: db.prepare<[], { server: string; library: string; section_id: string; title: string }>(
        'SELECT server, library, section_id, title FROM known_library ORDER BY server, section_id',
      ),
      forget: db.prepare<[string]>(
        `DELETE FROM known_library WHERE server = ?
           AND library NOT IN (SELECT library FROM library_setting WHERE library_setting.server = known_library.server)`,
      ),
      note: db.prepare<[string, string, string, string]>(
        `INSERT INTO known_library (server, library, section_id, title) VALUES (?, ?, ?, ?)
         ON CONFLICT (server, library) DO UPDATE SET section_id = excluded.section_id, title = excluded.title`,
      ),
    }
  }

  /** By server and library; values that this version does not accept are left out. */
  read(): ReadonlyMap<string, { readonly ref: LibraryRef; readonly layer: SettingLayer }> {
    const found = new Map<string, { ref: LibraryRef; values: [SettingName, SettingValue][] }>()
    for (const { server, library, name, value } of this.#sql.all.all()) {
      if (!isSettingName(name) || definitionOf(name).perLibrary !== true) continue
      const checked = checkSetting(name, parsed(value), this.#deps.checkPathRules)
      if (!checked.ok) continue
      const key = keyOf({ server, library })
      const entry = found.get(key) ?? { ref: { server, library }, values: [] }
      entry.values.push([name, checked.value])
      found.set(key, entry)
    }
    return new Map([...found].map(([key, { ref, values }]) => [key, { ref, layer: layerFrom(values) }]))
  }

  /** Null removes a value. To be called inside a transaction. */
  store({ server, library }: LibraryRef, changes: ReadonlyMap<SettingName, SettingValue | null>): void {
    for (const [name, value] of changes) {
      if (value === null) this.#sql.remove.run(server, library, name)
      else this.#sql.put.run(server, library, name, JSON.stringify(value), this.#deps.clock.now())
    }
  }

  known(): KnownLibrary[] {
    return this.#sql.known.all().map(({ section_id, ...row }) => ({ ...row, sectionId: section_id }))
  }

  /** The libraries of a server as it lists them now; one that is gone stays known while it has settings. */
  note(server: string, libraries: readonly Omit<KnownLibrary, 'server'>[]): void {
    const before = this.known().filter((one) => one.server === server)
    const isSame =
      before.length === libraries.length &&
      libraries.every(({ library, sectionId, title }) =>
        before.some((one) => one.library === library && one.sectionId === sectionId && one.title === title),
      )
    if (isSame) return
    this.#deps.db.transaction(() => {
      this.#sql.forget.run(server)
      for (const { library, sectionId, title } of libraries) this.#sql.note.run(server, library, sectionId, title)
    })()
  }
}

export function keyOf({ server, library }: LibraryRef): string {
  return `${server}/${library}`
}

/** Undefined where it is no JSON, which no setting accepts. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Fault `invalid_input` for names of no setting, and for settings that no library can override. */
export function checkPerLibrary(given: readonly string[]): Result<void> {
  const settings = given.flatMap((name): RefusedSetting[] => {
    const known = successorOf(name)
    if (!isSettingName(known)) return [unknownSetting(name, name)]
    return definitionOf(known).perLibrary === true ? [] : [{ because: 'all_libraries', name: known }]
  })
  return settings.length === 0
    ? ok(undefined)
    : decline('invalid_input', { code: 'settings_refused', values: { settings } })
}

export type Overrides = ReturnType<LibrarySettings['read']>

/** The settings that are overridden in another way, for any library. */
export function changedOverrides(before: Overrides, after: Overrides): ReadonlySet<SettingName> {
  const keys = new Set([...before.keys(), ...after.keys()])
  const changed = [...keys].flatMap((key) => {
    const [one, other] = [before.get(key)?.layer ?? {}, after.get(key)?.layer ?? {}]
    return librarySettingNames.filter((name) => one[name] !== other[name])
  })
  return new Set(changed)
}

/** Whether some library writes ratings to Plex whatever all of them do. */
export function overridesRating(overrides: Overrides): boolean {
  return [...overrides.values()].some(({ layer }) => layer.sync_rating === true)
}

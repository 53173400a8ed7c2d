/**
 * The settings in force, in layers: default, stored, then those of one library, environment, and argument (`--set`). Each
 * layer is a file; here they meet.
 */

import type { SettingRow } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'
import {
  defaultSettings,
  isSettingName,
  type SettingName,
  type Settings,
  settingNames,
} from '../../../shared/settings.ts'
import { attempt } from '../database/storage-fault.ts'
import { Listeners } from '../listeners.ts'
import { checkExclusions } from './exclusions.ts'
import {
  changedOverrides,
  checkPerLibrary,
  type KnownLibrary,
  keyOf,
  type LibraryRef,
  LibrarySettings,
  type Overrides,
  overridesRating,
} from './library-settings.ts'
import { layerFrom, parseLayer, type SettingLayer, successorOf, unknownSetting, valuesOf } from './setting-layer.ts'
import { settingRows } from './setting-rows.ts'
import { settingLines } from './settings-log.ts'
import { previewOf, type SettingsPreview } from './settings-preview.ts'
import { isOwnMask, isSecret, type SettingChanges, StoredSettings, type StoredSettingsDeps } from './stored-settings.ts'

export interface SettingsStoreOptions extends StoredSettingsDeps {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `--set` values and their short forms, by setting name. */
  readonly arguments: Readonly<Record<string, string>>
  /** machineIdentifier of the Plex server in use; null while none has answered yet. */
  readonly server?: () => string | null
}

export class SettingsStore {
  readonly #options: SettingsStoreOptions
  readonly #environment: SettingLayer
  readonly #argument: SettingLayer
  readonly #storedSettings: StoredSettings
  readonly #changes = new Listeners<readonly SettingName[]>()
  readonly #libraries: LibrarySettings
  /** Effective settings by library, for as long as nothing changes. */
  readonly #ofLibrary = new Map<string, Settings>()
  #overrides: Overrides
  #stored: SettingLayer
  #settings: Settings

  /** Use `openSettings`. */
  constructor(options: SettingsStoreOptions, environment: SettingLayer, argument: SettingLayer) {
    this.#options = options
    this.#environment = environment
    this.#argument = argument
    this.#storedSettings = new StoredSettings(options)
    this.#libraries = new LibrarySettings(options)
    this.#stored = this.#storedSettings.read()
    this.#overrides = this.#libraries.read()
    this.#settings = this.#merge()
  }

  /** All values in force; the same frozen object until one changes. Secrets are in the clear: never log or send it. */
  settings(): Settings {
    return this.#settings
  }

  get<N extends SettingName>(name: N): Settings[N] {
    return this.#settings[name]
  }

  /** The values in force for a library of the server in use; those of `settings()` where it has no separate ones. */
  forLibrary(library: string | null): Settings {
    // Few installations have any, and this is asked for each scene.
    if (library === null || this.#overrides.size === 0) return this.#settings
    const server = this.server()
    return server === null ? this.#settings : this.forLibraryOf({ server, library })
  }

  forLibraryOf(ref: LibraryRef): Settings {
    const key = keyOf(ref)
    const layer = this.#overrides.get(key)?.layer
    if (layer === undefined) return this.#settings
    const known = this.#ofLibrary.get(key)
    if (known !== undefined) return known
    const merged = this.#merge(layer)
    this.#ofLibrary.set(key, merged)
    return merged
  }

  /** The effective settings of all libraries of the server in use that have separate ones. */
  ofLibraries(): readonly Settings[] {
    if (this.#overrides.size === 0) return []
    const server = this.server()
    return this.libraryValues().flatMap(({ ref }) => (ref.server === server ? [this.forLibraryOf(ref)] : []))
  }

  /** What is overridden for each library, of all servers. */
  libraryValues(): { readonly ref: LibraryRef; readonly layer: SettingLayer }[] {
    return [...this.#overrides.values()]
  }

  knownLibraries(): KnownLibrary[] {
    return this.#libraries.known()
  }

  /** machineIdentifier of the Plex server in use; null while none has answered yet. */
  server(): string | null {
    return this.#options.server?.() ?? null
  }

  /** Takes over the libraries as the server in use lists them. */
  noteLibraries(libraries: readonly Omit<KnownLibrary, 'server'>[]): void {
    const server = this.server()
    if (server !== null) this.#libraries.note(server, libraries)
  }

  /** All settings, with the values in force for one library. */
  listForLibrary(ref: LibraryRef): SettingRow[] {
    return this.#rows(this.forLibraryOf(ref), this.#overrides.get(keyOf(ref))?.layer ?? {})
  }

  /**
   * Overrides settings for one library. Faults as of `save`, and `invalid_input` for a setting that no library can have.
   */
  saveForLibrary(
    ref: LibraryRef,
    values: Readonly<Record<string, unknown>>,
    alongside?: () => void,
  ): Result<SettingRow[]> {
    const parsed = this.#parse(values)
    if (!parsed.ok) return parsed
    const changes = valuesOf(parsed.value)
    const allowed = checkPerLibrary(changes.map(([name]) => name))
    if (!allowed.ok) return allowed
    const inForce = { ...this.forLibraryOf(ref), ...parsed.value }
    const compatible = checkExclusions(inForce, new Set(changes.map(([name]) => name)))
    return compatible.ok ? this.#storeForLibrary(ref, new Map(changes), alongside) : compatible
  }

  /** Takes overrides away, all or none. */
  resetForLibrary(ref: LibraryRef, given: readonly string[]): Result<SettingRow[]> {
    const allowed = checkPerLibrary(given)
    if (!allowed.ok) return allowed
    const names = given.map(successorOf)
    return this.#storeForLibrary(ref, new Map(names.filter(isSettingName).map((name) => [name, null])))
  }

  /** The settings as they would be: for all libraries, or with `ref` for one. Faults as of `save`. */
  preview(values: Readonly<Record<string, unknown>>, ref: LibraryRef | null = null): Result<SettingsPreview> {
    const parsed = this.#parse(values)
    if (!parsed.ok) return parsed
    const allowed = checkPerLibrary(ref === null ? [] : valuesOf(parsed.value).map(([name]) => name))
    if (!allowed.ok) return allowed
    const inForce = {
      settings: () => this.#settings,
      ofLibrary: (one: LibraryRef) => this.forLibraryOf(one),
      overrides: (one: LibraryRef) => this.#overrides.get(keyOf(one))?.layer ?? {},
      merge: (library: SettingLayer, stored: SettingLayer) => this.#merge(library, stored),
    }
    return ok(previewOf({ given: parsed.value, ref, server: this.server() }, inForce))
  }

  /** Ratings are written to Plex in some library, or in all. */
  writesRatings(): boolean {
    return this.#settings.sync_rating || overridesRating(this.#overrides)
  }

  /** All settings in the order of the table, for people: secrets are masked. */
  list(): SettingRow[] {
    return this.#rows(this.#settings, {})
  }

  /** Saved values only, without secrets: what an export holds. */
  stored(): SettingLayer {
    return layerFrom(valuesOf(this.#stored).filter(([name]) => !isSecret(name)))
  }

  /** Stored secrets in the clear, for an export under a passphrase. */
  storedSecrets(): Record<string, string> {
    return this.#storedSettings.secrets()
  }

  /**
   * Saves all values or none and returns the new list. A value that the environment or an argument overrides is saved and
   * counts once they are gone; the row's `source` shows. A secret that equals its own mask is left as it is: a form
   * that was shown the mask sends it back.
   *
   * `alongside` runs in the same transaction. What an import brings is stored also where two settings exclude each other:
   * then the one that came later stays without effect. Faults: `unknown_name` with the nearest name, `invalid_input` with all
   * problems, `cannot_store`.
   */
  save(
    values: Readonly<Record<string, unknown>>,
    alongside?: () => void,
    origin: 'user' | 'import' = 'user',
  ): Result<SettingRow[]> {
    const parsed = this.#parse(values)
    if (!parsed.ok) return parsed
    const changes = new Map(valuesOf(parsed.value))
    const inForce = { ...this.#settings, ...parsed.value, ...this.#environment, ...this.#argument }
    if (overridesRating(this.#overrides)) inForce.sync_rating = true
    const compatible = origin === 'user' ? checkExclusions(inForce, new Set(changes.keys())) : ok(undefined)
    return compatible.ok ? this.#store(changes, alongside) : compatible
  }

  #parse(values: Readonly<Record<string, unknown>>): Result<SettingLayer> {
    const given = Object.entries(values)
      .filter(([name, raw]) => !isOwnMask(this.#settings, name, raw))
      .map(([name, raw]) => ({ name, shownAs: name, raw }))
    const parsed = parseLayer(given, this.#options.checkPathRules)
    if (!parsed.ok) return parsed
    for (const notice of parsed.value.notices) this.#storedSettings.warn(['warning', '', notice])
    return ok(parsed.value.layer)
  }

  /** Back to the defaults, all or none; secrets are removed. Faults as of `save`. */
  reset(given: readonly string[]): Result<SettingRow[]> {
    const names = given.map(successorOf)
    const unknown = names.filter((name) => !isSettingName(name)).map((name) => unknownSetting(name, name))
    if (unknown.length > 0) return decline('unknown_name', { code: 'settings_refused', values: { settings: unknown } })
    return this.#store(new Map(names.filter(isSettingName).map((name) => [name, null])))
  }

  /** Reads the store again: another process may have written to it. Calls the listeners with what changed. */
  refresh(): void {
    this.#stored = this.#storedSettings.read()
    const before = this.#overrides
    this.#overrides = this.#libraries.read()
    this.#ofLibrary.clear()
    this.#apply(changedOverrides(before, this.#overrides))
  }

  /** Calls `listener` after each change of values in force, with their names. Returns its end. */
  onChange(listener: (changed: readonly SettingName[]) => void): () => void {
    return this.#changes.add(listener)
  }

  /** As `onChange`, for changes of some of these settings. */
  onChangeOf(names: readonly SettingName[], listener: () => void): () => void {
    return this.onChange((changed) => {
      if (names.some((name) => changed.includes(name))) listener()
    })
  }

  #store(changes: SettingChanges, alongside?: () => void): Result<SettingRow[]> {
    const stored = this.#storedSettings.store(changes, alongside)
    if (!stored.ok) return stored
    this.refresh()
    return ok(this.list())
  }

  #rows(settings: Settings, library: SettingLayer): SettingRow[] {
    return settingRows(settings, {
      argument: this.#argument,
      environment: this.#environment,
      library,
      stored: this.#stored,
    })
  }

  #storeForLibrary(ref: LibraryRef, changes: SettingChanges, alongside?: () => void): Result<SettingRow[]> {
    const write = this.#options.db.transaction(() => {
      this.#libraries.store(ref, changes)
      alongside?.()
    })
    const written = attempt(null, () => {
      write.immediate()
      return ok(null)
    })
    if (!written.ok) return written
    this.refresh()
    return ok(this.listForLibrary(ref))
  }

  /** @param stored in place of stored values. */
  #merge(library: SettingLayer = {}, stored: SettingLayer = {}): Settings {
    const layers = [this.#stored, stored, library, this.#environment, this.#argument]
    return Object.freeze(Object.assign(defaultSettings(), ...layers))
  }

  #apply(overridden: ReadonlySet<SettingName>): void {
    const before = this.#settings
    const after = this.#merge()
    const changed = settingNames.filter((name) => before[name] !== after[name] || overridden.has(name))
    if (changed.length === 0) return
    this.#settings = after
    this.#options.logger.log(...settingLines.changed({ names: changed.join(', ') }))
    // The change is stored: the fault of one listener must neither hide it from the others nor look like a refusal.
    for (const problem of this.#changes.trySend(changed, 'keep'))
      this.#options.logger.log(...settingLines.notTakenOver({ problem: textOf(problem) }), { error: problem })
  }
}

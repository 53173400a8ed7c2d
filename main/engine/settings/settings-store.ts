/**
 * The settings in force, in layers: default, stored, then those of one library, environment, and argument (`--set`). Owns
 * the table setting; stored secrets live behind the Secrets port instead.
 *
 * Past 300 lines because it is one store: each layer is a file of its own, and this is where they meet.
 */
import type { Database } from 'better-sqlite3'
import type { SettingRow } from '../../../shared/contract.ts'
import { fail, ok, type Result, textOf } from '../../../shared/result.ts'
import {
  defaultSettings,
  definitionOf,
  isSettingAlias,
  isSettingName,
  librarySettingNames,
  type SettingName,
  type Settings,
  type SettingValue,
  secretNames,
  settingAliases,
  settingNames,
} from '../../../shared/settings.ts'
import { attempt } from '../database/storage-fault.ts'
import type { Clock, Logger, SecretName, Secrets } from '../ports.ts'
import { readArguments, readEnvironment } from './environment.ts'
import { checkExclusions } from './exclusions.ts'
import { type KnownLibrary, keyOf, type LibraryRef, LibrarySettings } from './library-settings.ts'
import { maskSecret } from './secret-mask.ts'
import {
  type CheckPathRules,
  checkSetting,
  layerFrom,
  parseLayer,
  type SettingLayer,
  unknownSetting,
  valuesOf,
} from './setting-layer.ts'

export interface SettingsStoreOptions {
  readonly db: Database
  readonly clock: Clock
  readonly secrets: Secrets
  readonly logger: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `--set` values and their short forms, by setting name. */
  readonly arguments: Readonly<Record<string, string>>
  readonly checkPathRules: CheckPathRules
  /** machineIdentifier of the Plex server in use; null while none has answered yet. */
  readonly server?: () => string | null
}

type OnChange = (changed: readonly SettingName[]) => void

/**
 * Opens the settings. Faults `invalid_input` and `unknown_name` name the environment variable or argument that is
 * wrong. A stored value that is wrong (edited by hand, or of another version) is no fault: it is logged, and the
 * default counts.
 */
export function openSettings(options: SettingsStoreOptions): Result<SettingsStore> {
  const environment = readEnvironment(options.environment, options.checkPathRules)
  const argument = readArguments(options.arguments, options.checkPathRules)
  if (!environment.ok && !argument.ok) {
    return fail(argument.fault.code, `${environment.fault.message}; ${argument.fault.message}`)
  }
  if (!environment.ok) return environment
  if (!argument.ok) return argument
  const compatible = checkExclusions(argument.value.layer, new Set(settingNames))
  if (!compatible.ok) return compatible
  for (const warning of [...environment.value.warnings, ...argument.value.notices])
    options.logger.log('warning', '', warning)
  return attempt('The database', () => ok(new SettingsStore(options, environment.value.layer, argument.value.layer)))
}

export class SettingsStore {
  readonly #options: SettingsStoreOptions
  readonly #environment: SettingLayer
  readonly #argument: SettingLayer
  readonly #statements
  readonly #listeners = new Set<OnChange>()
  /** What was already said about stored values, so that reading them again does not say it again. */
  readonly #warned = new Set<string>()
  readonly #libraries: LibrarySettings
  /** Effective settings by library, for as long as nothing changes. */
  readonly #ofLibrary = new Map<string, Settings>()
  #overrides: ReturnType<LibrarySettings['read']>
  #stored: SettingLayer
  #settings: Settings

  /** Use `openSettings`. */
  constructor(options: SettingsStoreOptions, environment: SettingLayer, argument: SettingLayer) {
    this.#options = options
    this.#environment = environment
    this.#argument = argument
    const { db } = options
    this.#statements = {
      list: db.prepare<[], { name: string; value: string }>('SELECT name, value FROM setting ORDER BY name'),
      put: db.prepare<[string, string, number]>(
        `INSERT INTO setting (name, value, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      ),
      remove: db.prepare<[string]>('DELETE FROM setting WHERE name = ?'),
    }
    this.#libraries = new LibrarySettings(options)
    this.#stored = this.#readStored()
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

  /** The values in force for a library of the server in use; those of `settings()` where it has none of its own. */
  forLibrary(library: string | null): Settings {
    const server = this.#options.server?.() ?? null
    return server === null || library === null ? this.#settings : this.forLibraryOf({ server, library })
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

  /** The effective settings of all libraries of the server in use that have some of their own. */
  ofLibraries(): readonly Settings[] {
    const server = this.#options.server?.() ?? null
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
    const server = this.#options.server?.() ?? null
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
    const wrong = changes.filter(([name]) => definitionOf(name).perLibrary !== true)
    if (wrong.length > 0) return fail('invalid_input', wrong.map(([name]) => notPerLibrary(name)).join('; '))
    const inForce = { ...this.forLibraryOf(ref), ...parsed.value }
    const compatible = checkExclusions(inForce, new Set(changes.map(([name]) => name)))
    return compatible.ok ? this.#storeForLibrary(ref, new Map(changes), alongside) : compatible
  }

  /** Takes overrides away, all or none. */
  resetForLibrary(ref: LibraryRef, given: readonly string[]): Result<SettingRow[]> {
    const names = given.map(successorOf)
    const wrong = names
      .filter((name) => !isSettingName(name) || definitionOf(name).perLibrary !== true)
      .map((name) => (isSettingName(name) ? notPerLibrary(name) : unknownSetting(name, name)))
    if (wrong.length > 0) return fail('invalid_input', wrong.join('; '))
    return this.#storeForLibrary(ref, new Map(names.filter(isSettingName).map((name) => [name, null])))
  }

  /**
   * The settings as they would be: for all libraries, or with `ref` for one. Faults as of `save`.
   */
  preview(values: Readonly<Record<string, unknown>>, ref: LibraryRef | null = null): Result<SettingsPreview> {
    const parsed = this.#parse(values)
    if (!parsed.ok) return parsed
    const given = parsed.value
    const wrong = ref === null ? [] : valuesOf(given).filter(([name]) => definitionOf(name).perLibrary !== true)
    if (wrong.length > 0) return fail('invalid_input', wrong.map(([name]) => notPerLibrary(name)).join('; '))
    const server = this.#options.server?.() ?? null
    return ok({
      settings: ref === null ? this.#merge({}, given) : this.#settings,
      forLibrary: (library) => {
        const one = server === null || library === null ? null : { server, library }
        const layer = one === null ? {} : (this.#overrides.get(keyOf(one))?.layer ?? {})
        if (ref === null) return this.#merge(layer, given)
        return one !== null && keyOf(one) === keyOf(ref)
          ? this.#merge({ ...layer, ...given })
          : this.forLibrary(library)
      },
    })
  }

  /** Ratings are written to Plex in some library, or in all. */
  writesRatings(): boolean {
    return this.#settings.sync_rating || this.#overridesRating()
  }

  #overridesRating(): boolean {
    return [...this.#overrides.values()].some(({ layer }) => layer.sync_rating === true)
  }

  /** All settings in the order of the table, for people: secrets are masked. */
  list(): SettingRow[] {
    return this.#rows(this.#settings, {})
  }

  #rows(settings: Settings, own: SettingLayer): SettingRow[] {
    return settingNames.map((name) => {
      const value = settings[name]
      const initial = definitionOf(name).default
      return {
        name,
        value: isSecret(name) ? maskSecret(String(value)) : value,
        default: initial,
        changed: value !== initial,
        source: this.#sourceOf(name, own),
      }
    })
  }

  /** Saved values only, without secrets: what an export holds. */
  stored(): SettingLayer {
    return layerFrom(valuesOf(this.#stored).filter(([name]) => !isSecret(name)))
  }

  /** Stored secrets in the clear, for an export under a passphrase. */
  storedSecrets(): Record<string, string> {
    const { secrets } = this.#options
    const entries = secretNames.filter(isSecret).map((name) => [name, secrets.get(name)] as const)
    return Object.fromEntries(entries.filter(([, secret]) => secret !== ''))
  }

  /**
   * Saves all values or none and returns the new list. A value over which environment or argument stands is saved and
   * counts once they are gone; the row's `source` tells. A secret that equals its own mask is left as it is: a form
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
    if (this.#overridesRating()) inForce.sync_rating = true
    const compatible = origin === 'user' ? checkExclusions(inForce, new Set(changes.keys())) : ok(undefined)
    return compatible.ok ? this.#store(changes, alongside) : compatible
  }

  #parse(values: Readonly<Record<string, unknown>>): Result<SettingLayer> {
    const given = Object.entries(values)
      .filter(([name, raw]) => !this.#isOwnMask(name, raw))
      .map(([name, raw]) => ({ name, shownAs: name, raw }))
    const parsed = parseLayer(given, this.#options.checkPathRules)
    if (!parsed.ok) return parsed
    for (const notice of parsed.value.notices) this.#warn(notice)
    return ok(parsed.value.layer)
  }

  /** Back to the defaults, all or none; secrets are removed. Faults as of `save`. */
  reset(given: readonly string[]): Result<SettingRow[]> {
    const names = given.map(successorOf)
    const unknown = names.filter((name) => !isSettingName(name)).map((name) => unknownSetting(name, name))
    if (unknown.length > 0) return fail('unknown_name', unknown.join('; '))
    return this.#store(new Map(names.filter(isSettingName).map((name) => [name, null])))
  }

  /** Reads the store again: another process may have written to it. Tells the listeners what changed. */
  refresh(): void {
    this.#stored = this.#readStored()
    const before = this.#overrides
    this.#overrides = this.#libraries.read()
    this.#ofLibrary.clear()
    this.#apply(changedOverrides(before, this.#overrides))
  }

  /** Calls `listener` after each change of values in force, with their names. Returns its end. */
  onChange(listener: OnChange): () => void {
    const own: OnChange = (changed) => listener(changed)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  #storeForLibrary(
    ref: LibraryRef,
    changes: ReadonlyMap<SettingName, SettingValue | null>,
    alongside?: () => void,
  ): Result<SettingRow[]> {
    const write = this.#options.db.transaction(() => {
      this.#libraries.store(ref, changes)
      alongside?.()
    })
    const written = attempt('The database', () => {
      write.immediate()
      return ok(null)
    })
    if (!written.ok) return written
    this.refresh()
    return ok(this.listForLibrary(ref))
  }

  /** Null removes a value. */
  #store(changes: ReadonlyMap<SettingName, SettingValue | null>, alongside?: () => void): Result<SettingRow[]> {
    const { db, clock, secrets } = this.#options
    const before = new Map<SecretName, string>()
    const write = db.transaction(() => {
      for (const [name, value] of changes) {
        if (isSecret(name)) continue
        if (value === null) this.#statements.remove.run(name)
        else this.#statements.put.run(name, JSON.stringify(value), clock.now())
      }
      alongside?.()
      // Last, because the database cannot take them back.
      for (const [name, value] of changes) {
        if (!isSecret(name)) continue
        before.set(name, secrets.get(name))
        setSecret(secrets, name, String(value ?? ''))
      }
    })
    const written = attempt('The database', () => {
      try {
        write.immediate()
        return ok(null)
      } catch (problem) {
        this.#restore(before)
        if (problem instanceof SecretRefused) return fail('cannot_store', problem.message)
        throw problem
      }
    })
    if (!written.ok) return written
    this.refresh()
    return ok(this.list())
  }

  #restore(before: ReadonlyMap<SecretName, string>): void {
    for (const [name, value] of before) {
      try {
        this.#options.secrets.set(name, value)
      } catch (problem) {
        this.#options.logger.log('error', '', `${name} could not be put back: ${textOf(problem)}`)
      }
    }
  }

  #readStored(): SettingLayer {
    const { secrets, checkPathRules } = this.#options
    const stored = new Map<SettingName, SettingValue>()
    for (const { name, value } of this.#statements.list.all()) {
      if (!isSettingName(name) || isSecret(name)) {
        this.#warn(`The store holds ${name}, which is no setting of this version; it is left alone`)
        continue
      }
      const checked = checkSetting(name, parseJson(value), checkPathRules)
      if (checked.ok) stored.set(name, checked.value)
      else {
        const used = JSON.stringify(definitionOf(name).default)
        this.#warn(`${configurationError(name, checked.fault.message)}; the default ${used} is used`)
      }
    }
    for (const name of secretNames.filter(isSecret)) {
      const secret = secrets.get(name)
      if (secret === '') continue
      const checked = checkSetting(name, secret, checkPathRules)
      if (checked.ok) stored.set(name, checked.value)
      else this.#warn(`${configurationError(name, checked.fault.message)}; the stored value is not used`)
    }
    return layerFrom(stored)
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#options.logger.log('warning', '', message)
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
    this.#options.logger.log('info', '', `Settings changed: ${changed.join(', ')}`)
    for (const listener of this.#listeners) {
      try {
        listener(changed)
      } catch (problem) {
        // The change is stored: the fault of one listener must neither hide it from the others nor look like a refusal.
        this.#options.logger.log('error', '', `A change of settings was not taken over: ${textOf(problem)}`, {
          error: problem,
        })
      }
    }
  }

  #sourceOf(name: SettingName, own: SettingLayer): SettingRow['source'] {
    if (this.#argument[name] !== undefined) return 'argument'
    if (this.#environment[name] !== undefined) return 'environment'
    if (own[name] !== undefined) return 'library'
    return this.#stored[name] !== undefined ? 'stored' : 'default'
  }

  #isOwnMask(name: string, raw: unknown): boolean {
    return isSettingName(name) && isSecret(name) && raw !== '' && raw === maskSecret(String(this.#settings[name]))
  }
}

/** Settings as they would be, before they are saved. */
export interface SettingsPreview {
  readonly settings: Settings
  forLibrary(library: string | null): Settings
}

function notPerLibrary(name: SettingName): string {
  return `${name}: cannot be set for one library; only settings of what is written can`
}

function successorOf(name: string): string {
  return isSettingAlias(name) ? settingAliases[name].successor : name
}

type Overrides = ReturnType<LibrarySettings['read']>

function changedOverrides(before: Overrides, after: Overrides): ReadonlySet<SettingName> {
  const keys = new Set([...before.keys(), ...after.keys()])
  const changed = [...keys].flatMap((key) => {
    const [one, other] = [before.get(key)?.layer ?? {}, after.get(key)?.layer ?? {}]
    return librarySettingNames.filter((name) => one[name] !== other[name])
  })
  return new Set(changed)
}

class SecretRefused extends Error {}

function setSecret(secrets: Secrets, name: SecretName, value: string): void {
  try {
    secrets.set(name, value)
  } catch (problem) {
    throw new SecretRefused(`${name} cannot be stored: ${textOf(problem)}`)
  }
}

/** In the words that people search for: `Configuration error: plex_url: plex_url must start with http:// or https://`. */
function configurationError(name: SettingName, problem: string): string {
  return `Configuration error: ${name}: ${name}${problem.slice(name.length + 1)}`
}

function isSecret(name: SettingName): name is SecretName {
  return definitionOf(name).kind === 'secret'
}

/** Undefined where it is no JSON, which no setting accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

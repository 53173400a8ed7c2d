/**
 * The settings as they are stored: values in the table setting, which this file owns, secrets behind the Secrets port. A
 * change of both is stored as a whole or not at all.
 */

import type { Database } from 'better-sqlite3'
import { decline } from '../../../shared/decline.ts'
import { type Fault, ok, type Result, textOf } from '../../../shared/result.ts'
import {
  definitionOf,
  isSettingName,
  type SettingName,
  type Settings,
  type SettingValue,
  secretNames,
} from '../../../shared/settings.ts'
import { attempt } from '../database/storage-fault.ts'
import type { LoggedLine } from '../log/line-template.ts'
import type { Clock, Logger, SecretName, Secrets } from '../ports.ts'
import { maskSecret } from './secret-mask.ts'
import { type CheckPathRules, checkSetting, layerFrom, type SettingLayer } from './setting-layer.ts'
import { settingLines } from './settings-log.ts'

export interface StoredSettingsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly secrets: Secrets
  readonly logger: Logger
  readonly checkPathRules: CheckPathRules
}

/** New values; null removes one. */
export type SettingChanges = ReadonlyMap<SettingName, SettingValue | null>

export class StoredSettings {
  readonly #deps: StoredSettingsDeps
  readonly #sql
  /** What was already said about stored values, so that reading them again does not say it again. */
  readonly #warned = new Set<string>()

  constructor(deps: StoredSettingsDeps) {
    this.#deps = deps
    this.#sql = statements(deps.db)
  }

  /** What is wrong there is logged once and left out. */
  read(): SettingLayer {
    const { secrets, checkPathRules } = this.#deps
    const stored = new Map<SettingName, SettingValue>()
    for (const { name, value } of this.#sql.list.all()) {
      if (!isSettingName(name) || isSecret(name)) {
        this.warn(settingLines.unknown({ name }))
        continue
      }
      const checked = checkSetting(name, parseJson(value), checkPathRules)
      if (checked.ok) stored.set(name, checked.value)
      else {
        const value = JSON.stringify(definitionOf(name).default)
        this.warn(settingLines.defaultUsed({ name, problem: problemOf(name, checked.fault), value }))
      }
    }
    for (const name of secretNames.filter(isSecret)) {
      const secret = secrets.get(name)
      if (secret === '') continue
      const checked = checkSetting(name, secret, checkPathRules)
      if (checked.ok) stored.set(name, checked.value)
      else this.warn(settingLines.storedNotUsed({ name, problem: problemOf(name, checked.fault) }))
    }
    return layerFrom(stored)
  }

  /** Secrets in the clear: never log or send them. */
  secrets(): Record<string, string> {
    const { secrets } = this.#deps
    const entries = secretNames.filter(isSecret).map((name) => [name, secrets.get(name)] as const)
    return Object.fromEntries(entries.filter(([, secret]) => secret !== ''))
  }

  /** Stores all changes or none; `alongside` runs in the same transaction. Fault `cannot_store`. */
  store(changes: SettingChanges, alongside?: () => void): Result<void> {
    const { db, clock, secrets } = this.#deps
    const before = new Map<SecretName, string>()
    const write = db.transaction(() => {
      for (const [name, value] of changes) {
        if (isSecret(name)) continue
        if (value === null) this.#sql.remove.run(name)
        else this.#sql.put.run(name, JSON.stringify(value), clock.now())
      }
      alongside?.()
      // Last, because the database cannot take them back.
      for (const [name, value] of changes) {
        if (!isSecret(name)) continue
        before.set(name, secrets.get(name))
        setSecret(secrets, name, String(value ?? ''))
      }
    })
    return attempt(null, () => {
      try {
        write.immediate()
        return ok(undefined)
      } catch (problem) {
        this.#restore(before)
        if (problem instanceof SecretRefused)
          return decline('cannot_store', {
            code: 'secret_not_stored',
            values: { name: problem.secret, found: problem.message },
          })
        throw problem
      }
    })
  }

  /** Logs a warning, once. */
  warn(line: LoggedLine): void {
    const [, , message] = line
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#deps.logger.log(...line)
  }

  #restore(before: ReadonlyMap<SecretName, string>): void {
    for (const [name, value] of before) {
      try {
        this.#deps.secrets.set(name, value)
      } catch (problem) {
        this.#deps.logger.log(...settingLines.notPutBack({ name, problem: textOf(problem) }))
      }
    }
  }
}

class SecretRefused extends Error {
  readonly secret: SecretName

  constructor(secret: SecretName, found: string) {
    super(found)
    this.secret = secret
  }
}

function setSecret(secrets: Secrets, name: SecretName, value: string): void {
  try {
    secrets.set(name, value)
  } catch (problem) {
    throw new SecretRefused(name, textOf(problem))
  }
}

/** What is wrong with it, without the name that the message begins with. */
function problemOf(name: SettingName, { message }: Fault): string {
  return message.slice(`${name}: `.length)
}

export function isSecret(name: SettingName): name is SecretName {
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

function statements(db: Database) {
  return {
    list: db.prepare<[], { name: string; value: string }>('SELECT name, value FROM setting ORDER BY name'),
    put: db.prepare<[string, string, number]>(
      `INSERT INTO setting (name, value, updated_at) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    ),
    remove: db.prepare<[string]>('DELETE FROM setting WHERE name = ?'),
  }
}

/** Whether a value is what a form was shown of the secret that is set. */
export function isOwnMask(settings: Settings, name: string, raw: unknown): boolean {
  return isSettingName(name) && isSecret(name) && raw !== '' && raw === maskSecret(String(settings[name]))
}

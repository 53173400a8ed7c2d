/** Settings over a database in memory, for tests. */
import type { Database } from 'better-sqlite3'
import type { LogLevel } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { englishProblem, type ValueProblem } from '../../../shared/value-problems.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { Logger, SecretName, Secrets } from '../ports.ts'
import { openSettings } from './open-settings.ts'
import type { SettingsStore, SettingsStoreOptions } from './settings-store.ts'

class MemorySecrets implements Secrets {
  readonly values = new Map<SecretName, string>()
  /** What it refuses to store. */
  refused: SecretName | null = null

  get(name: SecretName): string {
    return this.values.get(name) ?? ''
  }

  set(name: SecretName, value: string): void {
    if (name === this.refused) throw new Error('the keychain is locked')
    this.values.set(name, value)
  }
}

export class MemoryLogger implements Logger {
  readonly lines: string[] = []
  log(level: LogLevel, _component: string, message: string): void {
    this.lines.push(`${level} ${message}`)
  }
}

function noArrow(text: string): ValueProblem {
  return { code: 'rule', values: { number: 1, text, problem: { code: 'no_arrow', values: {} } } }
}

/** Refuses what has no arrow. */
export function checkPathRules(text: string): Result<null> {
  return text === '' || text.includes('=>')
    ? ok(null)
    : fail('invalid_input', `path_map: ${englishProblem(noArrow(text))}`, { problem: noArrow(text) })
}

export interface SettingsFixture {
  readonly db: Database
  readonly clock: ManualClock
  readonly secrets: MemorySecrets
  readonly logger: MemoryLogger
  open(more?: Partial<SettingsStoreOptions>): Result<SettingsStore>
  /** Throws where `open` fails. */
  store(more?: Partial<SettingsStoreOptions>): SettingsStore
}

export function settingsFixture(): SettingsFixture {
  const parts = {
    db: freshDatabase(),
    clock: new ManualClock(),
    secrets: new MemorySecrets(),
    logger: new MemoryLogger(),
  }
  const open = (more: Partial<SettingsStoreOptions> = {}) =>
    openSettings({ ...parts, environment: {}, arguments: {}, checkPathRules, ...more })
  return {
    ...parts,
    open,
    store(more) {
      const opened = open(more)
      if (!opened.ok) throw new Error(opened.fault.message)
      return opened.value
    },
  }
}

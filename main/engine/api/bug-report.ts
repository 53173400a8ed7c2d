/** Text for an issue: nothing in it that the log would not show. Addresses, paths and names in settings are left out. */
import { platform, release } from 'node:os'
import { isSettingName, settingsTable } from '../../../shared/settings.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { ServerLines } from './server-lines.ts'

export interface BugReportDeps {
  readonly options: EngineOptions
  readonly settings: SettingsStore
  readonly jobs: JobStore
  readonly deadLetters: DeadLetters
  readonly servers: ServerLines
}

/** Settings whose values identify neither a user nor a file: of all others a report only says that they are set. */
const plainKinds = new Set(['switch', 'choice', 'integer', 'number', 'start', 'genders', 'template'])

export class BugReport {
  readonly #deps: BugReportDeps

  constructor(deps: BugReportDeps) {
    this.#deps = deps
  }

  /** The whole report, with these lines of the log at its end. */
  text(logLines: readonly string[]): string {
    const { options, jobs, deadLetters, servers } = this.#deps
    const { ready, delayed, in_progress } = jobs.counts()
    const { dead_letters } = deadLetters.counts()
    return [
      `PlexSync ${options.version} (${options.host}), Node ${process.versions.node}, ${platform()} ${release()} ${process.arch}`,
      servers.versions(),
      `Queue: ${ready} ready, ${delayed} delayed, ${in_progress} in progress; ${dead_letters} dead letters`,
      servers.circuits(),
      '',
      'Learned of the servers since the start:',
      ...servers.learned().map((line) => `  ${line}`),
      '',
      'Settings that differ from the default:',
      ...this.#changedSettings().map((line) => `  ${line}`),
      '',
      'What happened:',
      'What you expected:',
      'Steps:',
      '',
      'Log:',
      ...logLines,
    ].join('\n')
  }

  #changedSettings(): string[] {
    const changed = this.#deps.settings.list().filter((row) => row.changed)
    return changed.map(({ name, value }) => {
      const isPlain = isSettingName(name) && plainKinds.has(settingsTable[name].kind)
      return `${name}: ${isPlain ? value : '(set)'}`
    })
  }
}

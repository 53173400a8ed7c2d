import { platform, release } from 'node:os'
import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { HealthChecks } from '../health/checks.ts'
import type { LogRing } from '../log/log-ring.ts'
import type { Outages } from '../servers/outages.ts'
import type { BugReport } from './bug-report.ts'
import type { EngineEvents } from './events.ts'

const linesInReport = 300

export interface InsightHandlerDeps {
  readonly options: EngineOptions
  /** Reads lines of the log, also those that wait to be written. */
  readonly readLog: LogRing['read']
  readonly health: HealthChecks
  readonly outages: Outages
  readonly report: BugReport
  readonly events: EngineEvents
}

export function insightHandlers({
  options,
  readLog,
  health,
  outages,
  report,
  events,
}: InsightHandlerDeps): Pick<Handlers, 'listLogs' | 'runHealthChecks' | 'listOutages' | 'getBugReport' | 'getAbout'> {
  return {
    listLogs: async (filter) => {
      const lines = await readLog(filter)
      return lines.ok ? ok({ lines: lines.value }) : lines
    },
    runHealthChecks: async (_request, signal) => {
      const checks = await health.run(signal)
      events.statusChanged()
      return ok({ checks })
    },
    listOutages: async () => ok(outages.report()),
    getBugReport: async () => {
      const lines = await readLog({ limit: linesInReport })
      return lines.ok ? ok({ text: report.text(lines.value.map(({ at, line }) => `${at} ${line}`)) }) : lines
    },
    getAbout: async () =>
      ok({
        version: options.version,
        node: process.versions.node,
        platform: `${platform()} ${release()} ${process.arch}`,
        host: options.host,
        data_folder: options.dataFolder,
        secrets_warning: options.secretsWarning,
      }),
  }
}

import { platform, release } from 'node:os'
import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import { isSettingName, settingsTable } from '../../../shared/settings.ts'
import { runChecks } from '../health/checks.ts'
import type { Services } from '../services.ts'
import { offsetOf } from '../stash/stamp.ts'

const linesInReport = 300

export function insightHandlers(
  services: Services,
): Pick<Handlers, 'listLogs' | 'runHealthChecks' | 'listOutages' | 'getBugReport' | 'getAbout'> {
  const { options } = services
  return {
    listLogs: async (filter) => {
      services.flushLog()
      const lines = await services.ring.read(filter)
      return lines.ok ? ok({ lines: lines.value }) : lines
    },
    runHealthChecks: async (_request, signal) => {
      const checks = await runChecks(services, signal)
      services.noteChecks(checks)
      services.events.statusChanged()
      return ok({ checks })
    },
    listOutages: async () => ok(services.outages.report()),
    getBugReport: async () => {
      services.flushLog()
      const lines = await services.ring.read({ limit: linesInReport })
      if (!lines.ok) return lines
      return ok({
        text: bugReport(
          services,
          lines.value.map(({ at, line }) => `${at} ${line}`),
        ),
      })
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

/** Settings whose values name nobody and nothing: of all others a report only says that they are set. */
const plainKinds = new Set(['switch', 'choice', 'integer', 'number', 'start', 'genders', 'template'])

/** Names, offset and clock of Stash: what the change probe depends on. */
function stashFacts({ stash, heard, ports }: Services): string[] {
  const names = stash.dialect()
  const newest = heard.kinds().scene?.newest?.updatedAt ?? ''
  const now = stash.now()
  const ahead = now === null ? 'unknown' : `${Math.round((now - ports.clock.now()) / 1000)} s ahead`
  return [
    `Stash: ${names.groups}, ${names.ids}, files ${names.files ? 'with' : 'without'} stamps; UTC offset ${offsetOf(newest) ?? 'unknown'}, clock ${ahead}`,
  ]
}

/** Text for an issue: nothing in it that the log would not show. Addresses, paths and names in settings are left out. */
function bugReport(services: Services, lines: readonly string[]): string {
  const changed = services.settings.list().filter((row) => row.changed)
  const shown = changed.map(({ name, value }) => {
    const isPlain = isSettingName(name) && plainKinds.has(settingsTable[name].kind)
    return `${name}: ${isPlain ? value : '(set)'}`
  })
  const { queue, dead_letters } = {
    queue: services.store.counts(),
    dead_letters: services.deadLetters.counts().dead_letters,
  }
  return [
    `PlexSync ${services.options.version} (${services.options.host}), Node ${process.versions.node}, ${platform()} ${release()} ${process.arch}`,
    `Plex ${services.identities.version('plex') ?? 'unknown'}, Stash ${services.identities.version('stash') ?? 'unknown'}`,
    `Queue: ${queue.ready} ready, ${queue.delayed} delayed, ${queue.in_progress} in progress; ${dead_letters} dead letters`,
    `Circuit: Plex ${services.gates.plex.circuit}, Stash ${services.gates.stash.circuit}`,
    '',
    'Learned of the servers since the start:',
    ...[...services.facts.lines(services.requestLimit.longest ?? null), ...stashFacts(services)].map(
      (line) => `  ${line}`,
    ),
    '',
    'Settings that differ from the default:',
    ...shown.map((line) => `  ${line}`),
    '',
    'What happened:',
    'What you expected:',
    'Steps:',
    '',
    'Log:',
    ...lines,
  ].join('\n')
}

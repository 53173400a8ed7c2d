import type { Status } from '../../../shared/contract.ts'
import type { ServerName } from '../../../shared/domain.ts'
import { type ServerCondition, serverCondition } from '../../../shared/server-condition.ts'
import { summarise } from '../../../shared/summary.ts'
import { plainTimes, summarySentence } from '../../../shared/summary-texts.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

export function status(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const response = await invoke('getStatus', {}, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const value = { ...response.value, running: running !== null, pid: running?.pid ?? null }
    context.output.result(value, () => describe(value))
    return exitCodes.done
  })
}

const conditions: Readonly<Record<Exclude<ServerCondition, 'silent'>, string>> = {
  not_configured: 'not set up',
  refused: 'refuses the token',
  down: 'does not answer',
  probing: 'does not answer',
  not_asked: 'not asked yet',
  reachable: 'answers',
}

/** The state for people. */
export function describe(status: Status): string {
  const server = (name: ServerName): string => {
    const { version, silent_seconds } = status[name]
    const condition = serverCondition(status, name)
    const said = condition === 'silent' ? `no answer within ${silent_seconds} s` : conditions[condition]
    return `${said}${version === null ? '' : ` (${version})`}, circuit ${status.circuit[name]}`
  }
  const { ready, delayed, in_progress } = status.queue
  const said = summarySentence(summarise(status).parts, 'en', plainTimes)
  const kept = status.running || status.waiting_for?.code !== 'setup' ? '' : ` ${status.waiting_for.text}.`
  return [
    `PlexSync ${status.version}: ${status.running ? `running (pid ${status.pid}). ` : ''}${said}${kept}`,
    `Queue         ${ready} ready, ${delayed} delayed, ${in_progress} in progress`,
    `Dead letters  ${status.dead_letters}, of which ${status.needs_you} need a decision`,
    `Plex          ${server('plex')}`,
    `Stash         ${server('stash')}`,
    `Index         ${status.index.items} items, refreshed ${status.index.refreshed_at ?? 'never'}`,
    ...(status.unknown_libraries.length === 0
      ? []
      : [`Libraries     plex_library names ${status.unknown_libraries.join(', ')}, which Plex does not have`]),
    ...(status.pending_rewrite === 0
      ? []
      : [`To rewrite    ${status.pending_rewrite} items were written under other settings (plexsync sync --all)`]),
    `Last synced   ${status.last_synced_at ?? 'never'}`,
  ].join('\n')
}

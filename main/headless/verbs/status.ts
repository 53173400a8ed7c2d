import type { Status } from '../../../shared/contract.ts'
import { summarise } from '../../../shared/summary.ts'
import { plainTimes, summarySentence } from '../../../shared/summary-texts.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

export function status(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const answer = await invoke('getStatus', {})
    if (!answer.ok) return refuse(context, answer.fault)
    const value = { ...answer.value, running: running !== null, pid: running?.pid ?? null }
    context.output.answer(value, () => describe(value))
    return exitCodes.done
  })
}

function describe(status: Status): string {
  const server = (name: 'plex' | 'stash'): string => {
    const { configured, reachable, version, auth_refused } = status[name]
    if (!configured) return 'not set up'
    if (auth_refused) return 'refuses the token'
    return `${reachable === null ? 'not asked yet' : reachable ? 'answers' : 'does not answer'}${version === null ? '' : ` (${version})`}`
  }
  const { ready, delayed, in_progress } = status.queue
  const said = summarySentence(summarise(status).parts, 'en', plainTimes)
  const kept = status.running || status.waiting_for?.code !== 'setup' ? '' : ` ${status.waiting_for.text}.`
  return [
    `PlexSync ${status.version}: ${status.running ? `running (pid ${status.pid}). ` : ''}${said}${kept}`,
    `Queue         ${ready} ready, ${delayed} delayed, ${in_progress} in progress`,
    `Dead letters  ${status.dead_letters}, of which ${status.needs_you} need a decision`,
    `Plex          ${server('plex')}, circuit ${status.circuit.plex}`,
    `Stash         ${server('stash')}, circuit ${status.circuit.stash}`,
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

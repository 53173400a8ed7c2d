/** Every health check: what it looks at, what it found, and what to do. */
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { HealthCheck } from '../../../shared/contract.ts'
import { errors } from '../../../shared/errors.ts'
import { type Fault, textOf } from '../../../shared/result.ts'
import type { Rooms } from '../api/rooms.ts'

type Check = (rooms: Rooms, signal: AbortSignal) => Promise<Omit<HealthCheck, 'id' | 'title'>>

const well = (detail: string): Omit<HealthCheck, 'id' | 'title'> => ({ ok: true, warning: false, detail, cure: null })
const broken = (detail: string, cure: string): Omit<HealthCheck, 'id' | 'title'> => ({
  ok: false,
  warning: false,
  detail,
  cure,
})
const doubtful = (detail: string, cure: string): Omit<HealthCheck, 'id' | 'title'> => ({
  ok: false,
  warning: true,
  detail,
  cure,
})
const faulty = (fault: Fault): Omit<HealthCheck, 'id' | 'title'> => broken(fault.message, errors[fault.code].action)

const lowDiskBytes = 200 * 1024 * 1024

const checks: readonly { readonly id: string; readonly title: string; readonly run: Check }[] = [
  { id: 'plex', title: 'Plex answers', run: plexAnswers },
  { id: 'plex_token', title: 'Plex accepts the token', run: plexToken },
  { id: 'plex_libraries', title: 'Libraries can be written', run: libraries },
  { id: 'stash', title: 'Stash answers', run: stashAnswers },
  { id: 'hooks', title: 'Hooks arrive', run: hooks },
  { id: 'queue', title: 'The queue moves', run: queueMoves },
  { id: 'dead_letters', title: 'Nothing needs you', run: deadLetters },
  { id: 'path_rules', title: 'Path rules', run: pathRules },
  { id: 'database', title: 'The database', run: database },
  { id: 'disk', title: 'Room on the disk', run: disk },
  { id: 'listening', title: 'Who can reach PlexSync', run: listening },
  { id: 'secrets', title: 'Where secrets are kept', run: secrets },
]

/** Runs all checks at the same time; one that fails by itself is a finding, not a failure of the others. */
export function runChecks(rooms: Rooms, signal: AbortSignal): Promise<HealthCheck[]> {
  return Promise.all(
    checks.map(async ({ id, title, run }) => {
      try {
        return { id, title, ...(await run(rooms, signal)) }
      } catch (error) {
        return { id, title, ...broken(`The check itself failed: ${textOf(error)}`, errors.unexpected.action) }
      }
    }),
  )
}

async function plexAnswers(rooms: Rooms, signal: AbortSignal): ReturnType<Check> {
  if (rooms.settings.get('plex_url') === '') return broken('plex_url is not set.', errors.not_configured.action)
  const identity = await rooms.plex.identity(signal)
  return identity.ok ? well(`Plex Media Server ${identity.value.version}.`) : faulty(identity.fault)
}

async function plexToken(rooms: Rooms, signal: AbortSignal): ReturnType<Check> {
  if (rooms.settings.get('plex_token') === '') return broken('plex_token is not set.', errors.not_configured.action)
  const sections = await rooms.plex.sections(signal)
  return sections.ok ? well('The token is accepted.') : faulty(sections.fault)
}

async function libraries(rooms: Rooms, signal: AbortSignal): ReturnType<Check> {
  const ready = await rooms.library.ready(signal)
  if (!ready.ok) return faulty(ready.fault)
  const { unknownNames } = rooms.library
  if (unknownNames.length > 0)
    return doubtful(
      `Plex has no library named ${unknownNames.join(', ')}.`,
      'Correct plex_library: names as Plex shows them, comma separated.',
    )
  const written = rooms.library.sections.filter((section) => section.skipped === null)
  return well(`${written.map((section) => section.title).join(', ')}: ${rooms.index.count()} items are indexed.`)
}

async function stashAnswers(rooms: Rooms, signal: AbortSignal): ReturnType<Check> {
  if (rooms.settings.get('stash_url') === '') return broken('stash_url is not set.', errors.not_configured.action)
  const version = await rooms.stash.version(signal)
  return version.ok ? well(`Stash ${version.value}.`) : faulty(version.fault)
}

async function hooks(rooms: Rooms): ReturnType<Check> {
  const at = rooms.lastEventAt()
  if (at !== null) return well(`The last one came at ${new Date(at).toISOString()}.`)
  return doubtful(
    'None has arrived since the start.',
    'Save a scene in Stash. If nothing comes, install the plugin again: plexsync plugin install --yes',
  )
}

async function queueMoves(rooms: Rooms): ReturnType<Check> {
  const { ready, delayed, in_progress } = rooms.store.counts()
  const counts = `${ready} ready, ${delayed} delayed, ${in_progress} in progress`
  for (const [server, name] of [
    ['plex', 'Plex'],
    ['stash', 'Stash'],
  ] as const)
    if (rooms.gates[server].waitingSince !== null)
      return doubtful(
        `${counts}. It waits for ${name} since ${new Date(rooms.gates[server].waitingSince ?? 0).toISOString()}.`,
        errors.unreachable.action,
      )
  if (rooms.worker.paused)
    return doubtful(`${counts}. Processing is paused.`, 'Resume it in the window or the tray menu.')
  return well(`${counts}.`)
}

async function deadLetters(rooms: Rooms): ReturnType<Check> {
  const { dead_letters, needs_you } = rooms.deadLetters.counts()
  if (dead_letters === 0) return well('No dead letters.')
  return doubtful(
    `${dead_letters} dead letters, ${needs_you} of them wait for a decision.`,
    'Look at them: plexsync dlq list, or the view Needs you.',
  )
}

async function pathRules(rooms: Rooms): ReturnType<Check> {
  const count = rooms.rules().rules.length
  return well(
    count === 0
      ? 'None. They are needed where Stash and Plex see other paths.'
      : `${count} in use. plexsync paths test shows whether they fit.`,
  )
}

async function database(rooms: Rooms): ReturnType<Check> {
  const kept = readdirSync(rooms.options.dataFolder).filter((name) => /^plexsync\.db\.(damaged|kept|aside)/.test(name))
  if (rooms.db.pragma('synchronous', { simple: true }) !== 2)
    return broken('It does not write through to the disk.', 'Restart PlexSync; if it stays, report it.')
  if (kept.length > 0)
    return doubtful(
      `A former database was kept aside: ${kept.join(', ')}.`,
      'Restore a backup with plexsync restore FILE, or delete that file if you do not miss anything.',
    )
  return well('It is whole and writes through to the disk.')
}

async function disk(rooms: Rooms): ReturnType<Check> {
  const { bavail, bsize } = statfsSync(existsSync(rooms.options.dataFolder) ? rooms.options.dataFolder : '.')
  const free = bavail * bsize
  const megabytes = `${Math.round(free / 1e6)} MB are free in ${join(rooms.options.dataFolder)}.`
  return free < lowDiskBytes ? broken(megabytes, errors.cannot_store.action) : well(megabytes)
}

async function listening(rooms: Rooms): ReturnType<Check> {
  const { webhook_host, ui_host } = rooms.settings.settings()
  const open = [
    ['hooks', webhook_host],
    ['the window', ui_host],
  ].filter(([, host]) => !/^(127\.|localhost$|::1$)/.test(host ?? ''))
  if (open.length === 0) return well('Only this machine.')
  return doubtful(
    `Other machines reach ${open.map(([what]) => what).join(' and ')}.`,
    'Right where Stash or your browser is on another machine. Else set webhook_host and ui_host to 127.0.0.1.',
  )
}

async function secrets(rooms: Rooms): ReturnType<Check> {
  const { secretsWarning } = rooms.options
  return secretsWarning === null ? well('In the keychain of the system.') : well(secretsWarning)
}

/** Health of PlexSync itself and of the machine it runs on. */
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { errors } from '../../../shared/errors.ts'
import { recipeOf } from '../posters/recipe.ts'
import { broken, type Check, cureFor, doubtful, well } from './finding.ts'

const lowDiskBytes = 200 * 1024 * 1024

export const queueMoves: Check = async (services) => {
  const { ready, delayed, in_progress } = services.store.counts()
  const counts = `${ready} ready, ${delayed} delayed, ${in_progress} in progress`
  for (const [server, name] of [
    ['plex', 'Plex'],
    ['stash', 'Stash'],
  ] as const)
    if (services.gates[server].waitingSince !== null)
      return doubtful(
        `${counts}. It waits for ${name} since ${new Date(services.gates[server].waitingSince ?? 0).toISOString()}.`,
        errors.unreachable.action,
      )
  if (!services.consent.given)
    return doubtful(
      `${counts}. The setup is not finished, so changes are kept.`,
      'Press Start in the last step of the setup.',
    )
  if (services.worker.paused)
    return doubtful(`${counts}. Processing is paused.`, 'Resume it in the window or the tray menu.')
  return well(`${counts}.`)
}

export const deadLetters: Check = async (services) => {
  const { dead_letters, needs_you } = services.deadLetters.counts()
  if (dead_letters === 0) return well('No dead letters.')
  return doubtful(
    `${dead_letters} ${dead_letters === 1 ? 'dead letter' : 'dead letters'}, ${needs_you} of them wait for a decision.`,
    cureFor(services, { window: 'Look at them in the view Needs attention.', command: 'plexsync dlq list' }),
  )
}

export const pathRules: Check = async (services) => {
  const count = services.matcher.rules.rules.length
  return well(
    count === 0
      ? 'None. They are needed where Stash and Plex see other paths.'
      : `${count} in use. The view Path rules tests whether they fit.`,
  )
}

export const database: Check = async (services) => {
  const kept = readdirSync(services.options.dataFolder).filter((name) =>
    /^plexsync\.db\.(damaged|kept|aside)/.test(name),
  )
  if (services.db.pragma('synchronous', { simple: true }) !== 2)
    return broken('It does not write through to the disk.', 'Restart PlexSync; if it stays, report it.')
  if (kept.length > 0)
    return doubtful(
      `A former database was kept aside: ${kept.join(', ')}.`,
      cureFor(services, {
        window: 'Restore a backup in the settings, or delete that file if you do not miss anything.',
        command: 'plexsync restore FILE',
      }),
    )
  return well('It is whole and writes through to the disk.')
}

export const disk: Check = async (services) => {
  const { bavail, bsize } = statfsSync(existsSync(services.options.dataFolder) ? services.options.dataFolder : '.')
  const free = bavail * bsize
  const megabytes = `${Math.round(free / 1e6)} MB are free in ${services.options.dataFolder}.`
  return free < lowDiskBytes ? broken(megabytes, errors.cannot_store.action) : well(megabytes)
}

export const listening: Check = async (services) => {
  const { webhook_host, ui_host } = services.settings.settings()
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

export const secrets: Check = async (services) => {
  const { host, secretsWarning } = services.options
  if (secretsWarning === null) return well('In the keychain of the system.')
  if (host === 'headless') return well(secretsWarning)
  return doubtful(secretsWarning, 'Unlock or install a keyring (GNOME Keyring, KWallet), then restart PlexSync.')
}

/** Loads what draws only where a setting needs it. */
export const posters: Check = async ({ settings, posters: renderer }) => {
  const all = [settings.settings(), ...settings.ofLibraries()]
  if (all.every((one) => recipeOf(one) === null || !one.sync_poster)) return well('Covers are uploaded as they are.')
  await renderer.tryLoading()
  return renderer.loadingProblem === null
    ? well('Posters are made from covers.')
    : broken(
        `What draws posters cannot be loaded: ${renderer.loadingProblem}`,
        'Install PlexSync again for this system and processor, or set poster_style to cover.',
      )
}

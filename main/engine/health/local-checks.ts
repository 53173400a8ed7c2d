/** Health of PlexSync itself and of the machine it runs on. */
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { splitNames } from '../../../shared/names.ts'
import { quoteHints } from '../../../shared/quote-hints.ts'
import { serverNames } from '../../../shared/server-names.ts'
import { tagKey } from '../merge/tags.ts'
import { recipeOf } from '../posters/recipe.ts'
import type { CheckedServices } from './checked-services.ts'
import { type Check, fail, hasCommands, pass, warn } from './finding.ts'

const lowDiskBytes = 200 * 1024 * 1024

export const queueMoves: Check<'jobs' | 'gates' | 'consent' | 'worker'> = async (services) => {
  const { ready, delayed, in_progress } = services.jobs.counts()
  const counts = { ready, delayed, in_progress }
  for (const server of serverNames) {
    const since = services.gates[server].waitingSince
    if (since !== null) return warn('queue_waits', { ...counts, server, since: new Date(since).toISOString() })
  }
  if (!services.consent.given) return warn('queue_before_setup', counts)
  return services.worker.paused ? warn('queue_paused', counts) : pass('queue_moves', counts)
}

export const deadLetters: Check<'deadLetters' | 'options'> = async (services) => {
  const { dead_letters, needs_you } = services.deadLetters.counts()
  return dead_letters === 0
    ? pass('no_dead_letters', {})
    : warn('dead_letters', { count: dead_letters, decisions: needs_you, command: hasCommands(services) })
}

/** As after a data folder was lost: without its bases PlexSync takes its own locks for the user's. */
export const lockedFields: Check<'settings' | 'unknownLocks' | 'options'> = async (services) => {
  const { items, fields, differing } = knownLocks(services)
  if (fields > 0) return warn('unknown_locks', { items, fields, differing, command: hasCommands(services) })
  return differing > 0 ? pass('locks_kept', { differing }) : pass('no_unknown_locks', {})
}

/** Counts of `UnknownLocks`; none if Stash overwrites every field anyway. */
export function knownLocks({ settings, unknownLocks }: Pick<CheckedServices, 'settings' | 'unknownLocks'>) {
  const keeps = [settings.settings(), ...settings.ofLibraries()].some((one) => one.preserve_plex_edits)
  return keeps ? unknownLocks.counts() : { items: 0, fields: 0, differing: 0 }
}

export const pathRules: Check<'matcher'> = async ({ matcher }) => {
  const count = matcher.rules.rules.length
  return count === 0 ? pass('no_path_rules', {}) : pass('path_rules', { count })
}

const tagLists = ['tag_allow', 'tag_deny', 'only_tagged', 'not_tagged', 'label_tags', 'genre_parents'] as const

/** Names of tags come from what the change probe has noted: nothing is asked of Stash. */
export const tagNames: Check<'settings' | 'probeState'> = async ({ settings, probeState }) => {
  const known = new Set(probeState.names('tag').map(tagKey))
  const all = [settings.settings(), ...settings.ofLibraries()]
  const lists = tagLists.flatMap((setting) =>
    [...new Set(all.map((one) => one[setting]))].flatMap((list) => {
      const hints = quoteHints(splitNames(list), (name) => known.has(tagKey(name)))
      return hints.length === 0 ? [] : [{ setting, hints }]
    }),
  )
  return lists.length === 0 ? pass('tag_lists_known', {}) : warn('quoted_tags', { lists })
}

export const database: Check<'db' | 'options'> = async (services) => {
  const files = readdirSync(services.options.dataFolder).filter((name) =>
    /^plexsync\.db\.(damaged|kept|aside)/.test(name),
  )
  if (services.db.pragma('synchronous', { simple: true }) !== 2) return fail('database_unsafe', {})
  if (files.length > 0) return warn('database_kept_aside', { files, command: hasCommands(services) })
  return pass('database_sound', {})
}

export const disk: Check<'options'> = async ({ options }) => {
  const folder = options.dataFolder
  const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : '.')
  const free = bavail * bsize
  const space = { megabytes: Math.round(free / 1e6), folder }
  return free < lowDiskBytes ? fail('disk_full', space) : pass('disk_space', space)
}

export const listening: Check<'settings'> = async ({ settings }) => {
  const { webhook_host, ui_host } = settings.settings()
  const isOpen = (host: string): boolean => !/^(127\.|localhost$|::1$)/.test(host)
  const what = [
    ...(isOpen(webhook_host) ? (['hooks'] as const) : []),
    ...(isOpen(ui_host) ? (['window'] as const) : []),
  ]
  return what.length === 0 ? pass('only_this_machine', {}) : warn('open_to_network', { what })
}

export const secrets: Check<'options'> = async ({ options }) => {
  const { host, secretsWarning: warning } = options
  if (warning === null) return pass('secrets_in_keychain', {})
  return host === 'headless' ? pass('secrets_in_file', { warning }) : warn('secrets_unprotected', { warning })
}

/** Loads what draws only if a setting needs it. */
export const posters: Check<'settings' | 'posters'> = async ({ settings, posters: renderer }) => {
  const all = [settings.settings(), ...settings.ofLibraries()]
  if (all.every((one) => recipeOf(one) === null || !one.sync_poster)) return pass('posters_off', {})
  await renderer.tryLoading()
  const problem = renderer.loadingProblem
  return problem === null ? pass('posters_ready', {}) : fail('posters_unavailable', { problem })
}

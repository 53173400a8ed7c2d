/** The findings of health checks in English. */

import { errors } from './errors.ts'
import type { FindingText, FindingTexts } from './health.ts'
import type { CheckTitles } from './health-checks.ts'
import { quoteHintText } from './quote-hint-texts.ts'
import { serverTitles } from './server-names.ts'

export const englishCheckTitles: CheckTitles = {
  plex: 'Plex',
  plex_token: 'Plex token',
  plex_libraries: 'Plex libraries',
  stash: 'Stash',
  plugin: 'Stash plugin',
  hooks: 'Hooks',
  only_writer: 'Other programs that write to Plex',
  queue: 'Queue',
  dead_letters: 'Needs attention',
  locked_fields: 'Locked fields in Plex',
  path_rules: 'Path rules',
  tag_names: 'Names of tags',
  posters: 'Posters',
  database: 'Database',
  disk: 'Free disk space',
  listening: 'Network access',
  secrets: 'Secrets',
}

export const englishFindings: FindingTexts = {
  not_set: ({ setting }) => text(`${setting} is not set.`, errors.not_configured.action),
  server_fault: ({ error, message }) => text(message, errors[error].action),
  check_failed: ({ problem }) => text(`The check itself failed: ${problem}`, errors.unexpected.action),
  not_checked: ({ server }) =>
    text(`Not checked: ${serverName(server)} does not answer.`, 'It can be checked once the server answers.'),
  version: ({ server, version }) => text(`${serverName(server)} ${version}.`),
  version_newer: ({ server, version, newest }) =>
    text(
      `${serverName(server)} ${version} is newer than this PlexSync knows (${newest}).`,
      'It will most likely work. Look for a newer PlexSync if something does not.',
    ),
  token_accepted: () => text('The token is accepted.'),
  unknown_libraries: ({ names, hints }) =>
    text(
      `Plex has no library named ${names.join(', ')}.`,
      `${['Correct plex_library: names as Plex shows them, comma separated', ...hints].join('; ')}.`,
    ),
  libraries_indexed: ({ libraries, items }) => text(`${libraries.join(', ')}: ${items} items are indexed.`),
  plugin_not_needed: ({ beside }) =>
    text(`None, and none is needed: changes are found by asking Stash every few seconds.${besideText(beside)}`),
  plugin_missing: ({ beside, command }) =>
    text(`There is none, and stash_poll_seconds is 0: changes are found late.${besideText(beside)}`, install(command)),
  plugin_off: () => text('The plugin is switched off in Stash.', 'Switch it on in Stash: Settings, Plugins.'),
  plugin_version: ({ held, own, command }) => text(`Stash holds version ${held}, this is ${own}.`, install(command)),
  plugin_token: ({ command }) => text('The plugin in Stash has another token than this PlexSync.', install(command)),
  plugin_address: ({ base, command }) =>
    text(`The plugin reports to ${base}, which is not this PlexSync.`, install(command)),
  plugin_current: ({ version, beside }) => text(`Stash holds version ${version}.${besideText(beside)}`),
  stash_not_set_up: () => text('Stash is not set up yet.'),
  only_writer: () => text('No other known plugin of Stash writes to Plex.'),
  other_writer: ({ plugin }) =>
    text(
      `The plugin ${plugin} writes to Plex too: both overwrite each other.`,
      'Import its settings in the settings of PlexSync, then switch it off in Stash: Settings, Plugins.',
    ),
  hook_arrived: ({ at }) => text(`The last one arrived on ${moment(at)}.`),
  hook_not_needed: () =>
    text('None has arrived since the start, and none is needed: PlexSync asks Stash every few seconds.'),
  hook_missing: ({ command }) =>
    text(
      'None has arrived since the start.',
      withCommand(
        'Save a scene in Stash. If nothing arrives, install the plugin again in the setup.',
        command,
        'plugin install --yes',
      ),
    ),
  queue_waits: ({ server, since, ...counts }) =>
    text(
      `${queueText(counts)}. Waiting for ${serverTitles[server]} since ${moment(since)}.`,
      errors.unreachable.action,
    ),
  queue_before_setup: (counts) =>
    text(
      `${queueText(counts)}. The setup is not finished, so changes are kept.`,
      'Press Start in the last step of the setup.',
    ),
  queue_paused: (counts) =>
    text(`${queueText(counts)}. Processing is paused.`, 'Resume it in the window or the tray menu.'),
  queue_moves: (counts) => text(`${queueText(counts)}.`),
  no_dead_letters: () => text('No scene needs attention.'),
  dead_letters: ({ count, decisions, command }) =>
    text(
      `${count} ${count === 1 ? 'scene needs' : 'scenes need'} attention${decisions === 0 ? '' : `, ${decisions} of them a decision`}.`,
      withCommand('Look at them in the view Needs attention.', command, 'dlq list'),
    ),
  no_unknown_locks: () => text('No field is locked in Plex without this installation knowing why.'),
  locks_kept: ({ differing }) =>
    text(
      `${differing} ${differing === 1 ? 'field is' : 'fields are'} locked in Plex with another value than Stash has. preserve_plex_edits keeps them.`,
    ),
  unknown_locks: ({ items, fields, differing, command }) =>
    text(
      `${fields} ${fields === 1 ? 'field' : 'fields'} of ${items} ${items === 1 ? 'item' : 'items'} in Plex are locked with the values that Stash has, and this installation does not know them: its data folder is new, or another program wrote them. With preserve_plex_edits, later changes of them in Stash do not reach Plex.${differing === 0 ? '' : ` ${differing} more have another value.`}`,
      withCommand('Adopt those with the values of Stash; the others stay as they are.', command, 'adopt'),
    ),
  tag_lists_known: () => text('Every list of tags is read with the names that Stash has.'),
  quoted_tags: ({ lists }) =>
    text(
      `Stash does not have some tags as the settings name them: ${lists.map(({ setting }) => setting).join(', ')}.`,
      `${lists.map(({ setting, hints }) => `In ${setting}: ${hints.map(quoteHintText).join('; ')}`).join('. ')}.`,
    ),
  no_path_rules: () => text('None. They are needed if Stash and Plex see different paths.'),
  path_rules: ({ count }) => text(`${count} in use. The view Path rules tests whether they fit.`),
  database_unsafe: () =>
    text('It does not write through to the disk.', 'Restart PlexSync. If the problem persists, report it.'),
  database_kept_aside: ({ files, command }) =>
    text(
      `A previous database was kept: ${files.join(', ')}.`,
      withCommand(
        'Restore a backup in the settings, or delete that file if you do not miss anything.',
        command,
        'restore FILE',
      ),
    ),
  database_sound: () => text('It is intact and writes through to the disk.'),
  disk_space: ({ megabytes, folder }) => text(`${megabytes} MB are free in ${folder}.`),
  disk_full: ({ megabytes, folder }) => text(`${megabytes} MB are free in ${folder}.`, errors.cannot_store.action),
  only_this_machine: () => text('Only this machine.'),
  open_to_network: ({ what }) =>
    text(
      `Other machines reach ${what.map((one) => (one === 'hooks' ? 'hooks' : 'the window')).join(' and ')}.`,
      'Right if Stash or your browser is on another machine. Otherwise set webhook_host and ui_host to 127.0.0.1.',
    ),
  secrets_in_keychain: () => text('In the keychain of the system.'),
  secrets_in_file: ({ warning }) => text(warning),
  secrets_unprotected: ({ warning }) =>
    text(warning, 'Unlock or install a keyring (GNOME Keyring, KWallet), then restart PlexSync.'),
  posters_off: () => text('Covers are uploaded as they are.'),
  posters_ready: () => text('Posters are made from covers.'),
  posters_unavailable: ({ problem }) =>
    text(
      `The library that draws posters cannot be loaded: ${problem}`,
      'Install PlexSync again for this system and processor, or set poster_style to cover.',
    ),
}

function text(detail: string, cure: string | null = null): FindingText {
  return { detail, cure }
}

function serverName(server: 'plex' | 'stash'): string {
  return server === 'plex' ? 'Plex Media Server' : 'Stash'
}

function besideText(base: string): string {
  return base === '' ? '' : ` Another PlexSync's plugin reports to ${base}.`
}

function install(command: boolean): string {
  return withCommand('Install it in the setup.', command, 'plugin install --yes')
}

function withCommand(cure: string, command: boolean, verb: string): string {
  return command ? `${cure} Or: plexsync ${verb}` : cure
}

function queueText({ ready, delayed, in_progress }: Record<'ready' | 'delayed' | 'in_progress', number>): string {
  return `${ready} ready, ${delayed} delayed, ${in_progress} in progress`
}

/** In the time zone of the reader. */
function moment(at: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
}

/**
 * Why PlexSync itself declines what it was asked for: codes with values, and the English sentences. German:
 * request-problems.de.ts. What a server or the operating system says is quoted. Files and the database are in
 * storage-problems.ts, what servers sent in answer-problems.ts, and why they cannot be
 * reached in connection-problems.ts.
 */
import * as z from 'zod'
import { answerProblems, englishAnswers } from './answer-problems.ts'
import { coded, type WordsFor, wordsFor } from './coded.ts'
import { connectionProblems, englishConnections } from './connection-problems.ts'
import { quoteHintText } from './quote-hint-texts.ts'
import { quoteHintSchema } from './quote-hints.ts'
import { englishRules, requestRuleSchema, rulePhrase } from './request-rules.ts'
import { serverNames, serverTitles } from './server-names.ts'
import { englishStorage, storageProblems } from './storage-problems.ts'
import { englishProblem, valueProblemSchema } from './value-problems.ts'

const text = z.string()
const count = z.number()
const names = z.array(text)
const server = z.enum(serverNames)

/** `name` is what was typed; `given` is its source if that has another name, such as a variable of the environment. */
const refusedSettingSchema = z.discriminatedUnion('because', [
  z.object({ because: z.literal('value'), name: text, given: text.nullable(), problem: valueProblemSchema }),
  z.object({ because: z.literal('unknown'), name: text, nearest: text.nullable() }),
  z.object({ because: z.literal('all_libraries'), name: text }),
])
export type RefusedSetting = z.infer<typeof refusedSettingSchema>

export const requestProblemSchema = z.discriminatedUnion('code', [
  // What is not set up yet.
  coded('setup_unfinished', {}),
  coded('servers_missing', {}),
  coded('comparison_needs_servers', {}),
  coded('setting_missing', { name: text }),
  coded('setting_required', { name: text }),
  coded('not_signed_in', {}),
  coded('no_such_server', {}),
  coded('plex_never_answered', {}),
  coded('sync_disabled', {}),
  coded('paused', {}),
  coded('address_invalid', { name: text }),

  // Settings.
  coded('settings_refused', { settings: z.array(refusedSettingSchema) }),
  coded('settings_exclude', { name: text, other: text }),
  coded('library_unknown', { name: text, known: names }),
  coded('library_ambiguous', { name: text, keys: names }),
  coded('library_type', { name: text, type: text }),
  coded('libraries_unknown', { names, hints: z.array(quoteHintSchema) }),
  coded('no_movie_library', {}),
  coded('accounts_unknown', { names, known: names }),
  coded('no_stash2plex', {}),
  coded('passphrase_wrong', {}),
  coded('export_not_json', {}),
  coded('export_newer', { format: count, known: count }),
  /** `problems` are those that the parser names. */
  coded('export_invalid', { problems: names }),

  // Scenes and items.
  coded('no_scene', { ids: names }),
  coded('no_scene_file', { scene: text }),
  coded('no_item', { rating_key: text }),
  coded('no_item_file', { rating_key: text }),
  coded('not_picked', { scene: text, rating_key: text }),
  coded('nothing_written', { scene: text }),
  coded('written_file_gone', { scene: text }),
  coded('item_taken', { scene: text, rating_key: text, file: text }),
  coded('item_gone', { path: text }),
  coded('scene_busy', { scene: text }),
  coded('item_busy', {}),
  coded('write_on_trial', {}),

  // A server that is known to be away.
  coded('server_away', { server }),
  coded('token_refused_by', { server }),

  // Tasks, comparisons and pulls.
  coded('no_task', { id: count }),
  coded('no_comparison', { id: count }),
  coded('comparison_running', {}),
  coded('no_comparison_running', {}),
  coded('comparison_ended', {}),
  coded('no_pull', { id: count }),
  coded('no_play_history', {}),

  // The Stash plugin.
  coded('consent_missing', {}),
  coded('hooks_from_here_only', { host: text, stash: text, network: text.nullable() }),
  coded('hook_port_unknown', {}),
  coded('no_way_to_stash', {}),

  // Ports and files.
  coded('port_taken', { setting: text, port: count }),
  coded('port_forbidden', { port: count }),
  coded('host_not_here', { host: text }),
  /** `found` is what the operating system says. */
  coded('cannot_listen', { setting: text, host: text, port: count, found: text }),

  // A call.
  coded('call_refused', { at: text, rule: requestRuleSchema }),
  coded('no_such_call', { name: text }),
  coded('not_json_type', {}),
  coded('not_post', {}),
  coded('body_not_json', {}),
  coded('address_not_allowed', {}),
  coded('foreign_page', {}),
  coded('no_session', {}),
  coded('own_fault', {}),
  coded('folder_not_named', {}),
  coded('since_invalid', {}),

  ...storageProblems,
  ...answerProblems,
  ...connectionProblems,
])
export type RequestProblem = z.infer<typeof requestProblemSchema>

/** One sentence for each code: one without words does not compile. */
export type RequestProblemTexts = WordsFor<RequestProblem>

const english: RequestProblemTexts = {
  setup_unfinished: () => 'Plex and Stash are not set up yet',
  servers_missing: () => 'An address, token or key is missing',
  comparison_needs_servers: () => 'plex_url, plex_token and stash_url are needed to compare the libraries',
  setting_missing: ({ name }) => `${name} is not set`,
  setting_required: ({ name }) => `${name} is required`,
  not_signed_in: () => 'Sign in with Plex first',
  no_such_server: () => 'The account has no such server',
  plex_never_answered: () => 'No Plex server has answered yet',
  sync_disabled: () => 'PlexSync is disabled via configuration (enabled is off)',
  paused: () => 'Processing is paused; resume it first',
  address_invalid: ({ name }) => `The address of ${name} is not a valid URL`,

  settings_refused: ({ settings }) => settings.map(englishRefusal).join('; '),
  settings_exclude: ({ name, other }) => `${name}: cannot be on together with ${other}; switch ${other} off first`,
  library_unknown: ({ name, known }) =>
    `library: Plex has no library named "${name}"; it has ${known.join(', ') || 'none'}`,
  library_ambiguous: ({ name, keys }) =>
    `library: two libraries are named "${name}"; name one by its key: ${keys.join(' and ')}`,
  library_type: ({ name, type }) => `library: "${name}" is of type ${type}, which is never written`,
  libraries_unknown: ({ names: unknown, hints }) =>
    [`plex_library: no movie-type library in Plex is named ${unknown.join(' or ')}`, ...hints.map(quoteHintText)].join(
      '; ',
    ),
  no_movie_library: () => 'Plex has no movie-type library among those chosen',
  accounts_unknown: ({ names: unknown, known }) =>
    `activity_accounts: Plex has no account named ${quoted(unknown)}; it has ${quoted(known)}`,
  no_stash2plex: () => 'Stash holds no settings of Stash2Plex',
  passphrase_wrong: () => 'passphrase: does not open the secrets of this file',
  export_not_json: () => 'The file is not JSON; expected a file that PlexSync exported',
  export_newer: ({ format, known }) =>
    `The file was written by a newer PlexSync (format ${format}, this one reads up to ${known})`,
  export_invalid: ({ problems }) => `The file cannot be imported: ${problems.join('; ')}`,

  no_scene: ({ ids }) => `Stash has no scene ${ids.join(', ')}`,
  no_scene_file: ({ scene }) => `No file path for scene ${scene}, cannot sync to Plex`,
  no_item: ({ rating_key }) => `Plex has no item ${rating_key}`,
  no_item_file: ({ rating_key }) => `The Plex item ${rating_key} has no file`,
  not_picked: ({ scene, rating_key }) => `Scene ${scene} is not picked for the Plex item ${rating_key}`,
  nothing_written: ({ scene }) => `Scene ${scene} has no write that could be taken back`,
  written_file_gone: ({ scene }) =>
    `Plex no longer has the file that was written for scene ${scene}; nothing was taken back`,
  item_taken: ({ scene, rating_key, file }) =>
    `Scene ${scene} already writes to the Plex item ${rating_key} of '${file}'`,
  item_gone: ({ path }) => `The Plex item of '${path}' is gone or plays another file now`,
  scene_busy: ({ scene }) => `Scene ${scene} is being written already`,
  item_busy: () => 'Another write of the same Plex item came in between; try again',
  write_on_trial: () => 'Another write is on trial; try again in a moment',

  server_away: ({ server: of }) => `${serverTitles[of]} does not answer`,
  token_refused_by: ({ server: of }) => `${serverTitles[of]} refuses the token or key`,

  no_task: ({ id }) => `There is no task ${id}`,
  no_comparison: ({ id }) => `There is no comparison ${id}`,
  comparison_running: () => 'A comparison is under way: wait for it, or cancel it',
  no_comparison_running: () => 'No comparison is under way',
  comparison_ended: () => 'The comparison has ended already',
  no_pull: ({ id }) => `There is no run ${id}; plexsync activity list shows those that there are`,
  no_play_history: () =>
    'This Stash keeps no play history: plays can neither be dated nor taken back. Resume points and ratings work.',

  consent_missing: () => 'consent: the plugin is code that runs in Stash; agree to it first',
  hooks_from_here_only: ({ host, stash, network }) =>
    `webhook_host: ${host} takes hooks from this machine only, but Stash is at ${stash}; ` +
    `set webhook_host to 0.0.0.0${network === null ? '' : ` or ${network}`} and install again`,
  hook_port_unknown: () => 'webhook_port is 0, any free one: which one is known only while PlexSync runs',
  no_way_to_stash: () => 'No address of this machine leads to Stash; name one in webhook_hosts',

  port_taken: ({ setting, port }) => `${setting} ${port} is in use by another program`,
  port_forbidden: ({ port }) => `webhook_port: ${port} may not be used by this user; ports from 1024 on may`,
  host_not_here: ({ host }) => `webhook_host: ${host} is not an address of this machine`,
  cannot_listen: ({ setting, host, port, found }) => `${setting}: cannot listen on ${host}:${port} (${found})`,

  call_refused: ({ at, rule }) => `${at}: ${rulePhrase(rule, englishRules)}`,
  no_such_call: ({ name }) => `There is no call named ${name}; all of them are at /api/openapi.json`,
  not_json_type: () => 'Content-Type must be application/json',
  not_post: () => 'Use POST',
  body_not_json: () => 'The body is not JSON',
  address_not_allowed: () => 'This address is not allowed. Add it to ui_hosts.',
  foreign_page: () => 'Requests from other pages are refused.',
  no_session: () => 'No session. Open the address that PlexSync printed, or run: plexsync window',
  own_fault: () => 'A fault in PlexSync itself; the log has the details.',
  folder_not_named: () => 'The folder to scan is missing',
  since_invalid: () => 'since: must be a time such as 2026-11-21T12:00:00Z',

  ...englishStorage,
  ...englishAnswers,
  ...englishConnections,
}

export function englishRequestProblem(problem: RequestProblem): string {
  return wordsFor(problem, english)
}

/** One phrase. */
function englishRefusal(setting: RefusedSetting): string {
  const { name } = setting
  switch (setting.because) {
    case 'value': {
      const { given, problem } = setting
      return `${name}: ${englishProblem(problem)}${given === null ? '' : ` (${given})`}`
    }
    case 'unknown': {
      const { nearest } = setting
      return `${name}: there is no such setting${nearest === null ? '' : `; did you mean ${nearest}?`}`
    }
    case 'all_libraries':
      return `${name}: cannot be set for one library; only settings of what is written can`
  }
}

function quoted(all: readonly string[]): string {
  return all.map((name) => `"${name}"`).join(', ')
}

/**
 * The closed table of everything that can go wrong, in the words users see. Code branches on `class` (jobs) or on the
 * code itself, never on a message.
 */

/** How a failed job is treated; see docs/reliability.md for the whole retry table. */
export type ErrorClass =
  | 'transient'
  | 'server_down'
  | 'not_found'
  | 'auth'
  | 'setting'
  | 'needs_you'
  | 'permanent'
  | 'unknown'

/** What a class leads to: how PlexSync treats a job that failed with it. */
export type Disposition =
  | 'retry'
  | 'wait_for_server'
  | 'retry_slowly'
  | 'pause_server'
  | 'wait_for_setting'
  | 'needs_person'
  | 'dead_letter'

export const dispositionOf: Readonly<Record<ErrorClass, Disposition>> = {
  transient: 'retry',
  server_down: 'wait_for_server',
  not_found: 'retry_slowly',
  auth: 'pause_server',
  setting: 'wait_for_setting',
  needs_you: 'needs_person',
  permanent: 'dead_letter',
  unknown: 'retry',
}

interface ErrorEntry {
  readonly class: ErrorClass
  readonly title: string
  /** Why it happens, as far as it can be known. */
  readonly sentence: string
  /** What to do about it. */
  readonly action: string
}

export const errors = {
  server_busy: {
    class: 'transient',
    title: 'The server is busy',
    sentence: 'The server is rate-limiting or temporarily unavailable (408, 429 or 503).',
    action: 'Nothing to do: PlexSync retries automatically.',
  },
  server_error: {
    class: 'transient',
    title: 'The server failed',
    sentence: 'The server reported an internal error (500, 502 or 504).',
    action: 'PlexSync retries automatically. If the problem persists, check the log of that server.',
  },
  edit_failed: {
    class: 'transient',
    title: 'Plex failed to carry out an edit',
    sentence: 'Plex answered 500 to an edit, while reading works.',
    action:
      "PlexSync retries automatically and looks for a value that Plex does not accept. If the problem persists, check Plex's log.",
  },
  timeout: {
    class: 'transient',
    title: 'The server took too long',
    sentence: 'The server is reachable, but did not finish this request within read_timeout.',
    action: 'PlexSync retries automatically. If the problem persists, raise read_timeout.',
  },
  bad_answer: {
    class: 'transient',
    title: 'Invalid response',
    sentence: 'The response is not one that Stash or Plex sends: it is cut off, a web page, or has another structure.',
    action:
      'PlexSync retries automatically. If the problem persists, check the address: a proxy may be answering for the server.',
  },
  redirected: {
    class: 'transient',
    title: 'The server redirects',
    sentence: 'The server redirects to another address. The token is not sent there.',
    action: 'If you trust the new address, set it as plex_url or stash_url.',
  },
  unreachable: {
    class: 'server_down',
    title: 'The server does not answer',
    sentence: 'The connection was refused, the name is unknown, or nothing came back.',
    action: 'Start the server or correct its address. Queued changes are then written automatically.',
  },
  not_in_plex: {
    class: 'not_found',
    title: 'Not in Plex yet',
    sentence: 'No item in the chosen Plex libraries has this file.',
    action: 'Let Plex scan the folder, or add a path rule if Plex sees it under another path. Then retry.',
  },
  item_gone: {
    class: 'not_found',
    title: 'The Plex item is gone',
    sentence: 'The item was deleted or moved between finding it and writing it.',
    action: 'Nothing to do: PlexSync looks it up again automatically.',
  },
  scene_gone: {
    class: 'permanent',
    title: 'The scene is gone',
    sentence: 'Stash has no scene with this id any more.',
    action: 'Discard it.',
  },
  token_refused: {
    class: 'auth',
    title: 'Token invalid',
    sentence: 'The server refuses the token or key (401 or 403).',
    action:
      'Sign in to Plex again, or paste a new token or key in the settings. PlexSync then continues automatically.',
  },
  stash_setup: {
    class: 'setting',
    title: 'Stash is not set up yet',
    sentence: 'Stash answers, but its first setup has not been finished, so it has no database.',
    action: 'Open Stash and finish its setup. PlexSync then continues automatically.',
  },
  stash_migration: {
    class: 'setting',
    title: 'Stash waits for its database migration',
    sentence: 'Stash was upgraded and does not use its database until you confirm the migration.',
    action: 'Open Stash and confirm the migration. PlexSync then continues automatically.',
  },
  edits_refused: {
    class: 'setting',
    title: 'Plex refuses edits',
    sentence: 'The token may read from Plex but not write (403), as that of a shared or home user.',
    action: 'Sign in as the owner of the Plex server. Queued changes are then written automatically.',
  },
  edits_failing: {
    class: 'setting',
    title: 'Plex fails to carry out edits',
    sentence:
      'Plex answers 500 to the edits of several different scenes while reading works, as with a full disk or a damaged database.',
    action:
      "Look at Plex's log and at the disk that holds its database. Queued changes are then written automatically.",
  },
  stash_database: {
    class: 'setting',
    title: 'Stash cannot use its database',
    sentence: 'Stash answers, but every query of its database fails.',
    action: "Look at Stash's log. Queued changes are then written automatically.",
  },
  stash_schema: {
    class: 'setting',
    title: 'Stash does not understand the query',
    sentence: 'This version of Stash refuses the query by which PlexSync reads scenes.',
    action: 'Update PlexSync or Stash. Queued changes are then written automatically.',
  },
  no_library: {
    class: 'setting',
    title: 'No library to write to',
    sentence: 'plex_library names no movie-type library of Plex, perhaps because one was renamed, or Plex has none.',
    action: 'Correct plex_library: use the names that Plex shows. Queued changes are then written automatically.',
  },
  server_redirects: {
    class: 'setting',
    title: 'The server redirects every request',
    sentence: 'Every request is redirected to another address. The token is not sent there.',
    action: 'If you trust the new address, set it as plex_url or stash_url.',
  },
  low_confidence: {
    class: 'needs_you',
    title: 'Which item is it?',
    sentence: 'Items in Plex look like this file, but none is certainly the same one.',
    action: 'Pick the right item, or add a path rule so that the match is exact.',
  },
  item_taken: {
    class: 'needs_you',
    title: 'Two scenes, one item',
    sentence: 'Another scene already writes to this Plex item: Plex has merged both files into one.',
    action: 'Split the item in Plex, or pick the scene that should write to it.',
  },
  scene_emptied: {
    class: 'needs_you',
    title: 'Many scenes lost their metadata',
    sentence:
      'More than five scenes that were written are empty in Stash within an hour: a new Stash, or an import gone wrong. Plex was not touched.',
    action: 'Retry to take their values out of Plex too, or discard to keep them in Plex.',
  },
  unknown_library: {
    class: 'needs_you',
    title: 'Library cannot be used',
    sentence: 'The file is in a Plex library that is not a movie-type library, or that plex_library does not name.',
    action: 'Choose the right libraries in the settings. Libraries of shows, music and photos are not written.',
  },
  rejected: {
    class: 'permanent',
    title: 'The server refused the change',
    sentence: 'The server rejected the request as invalid (400, 409 or 422).',
    action: 'Look at the last response. Correct the value in Stash, then retry.',
  },
  value_refused: {
    class: 'permanent',
    title: 'Plex refuses a value',
    sentence: 'Plex accepts the other fields of the scene but refuses this value. Everything else was written.',
    action: 'Change the value in Stash. Plex is asked for the same value again only when you retry.',
  },
  request_too_long: {
    class: 'permanent',
    title: 'The request is too long',
    sentence: 'Plex, or a proxy before it, refuses a request of this length even after it was split.',
    action: 'Allow longer request lines in the proxy, or shorten the value in Stash. Then retry.',
  },
  invalid_metadata: {
    class: 'permanent',
    title: 'Invalid metadata',
    sentence: 'A value cannot be written as it is, and strict_mode forbids correcting it.',
    action: 'Correct the value in Stash, or switch strict_mode off, then retry.',
  },
  no_file_path: {
    class: 'permanent',
    title: 'The scene has no file',
    sentence: 'A scene without a file has no place in Plex.',
    action: 'Attach a file in Stash, then retry, or discard it.',
  },
  unexpected: {
    class: 'unknown',
    title: 'Unexpected failure',
    sentence: 'Something happened that PlexSync does not recognise.',
    action: 'PlexSync retries automatically. If the problem persists, copy the log for a bug report.',
  },
  held_back: {
    class: 'permanent',
    title: 'Not written on purpose',
    sentence: 'A setting, or metadata that is missing in Stash, prevents this scene from being written.',
    action: 'Add in Stash what the message names, or change the setting. Then try again.',
  },
  invalid_input: {
    class: 'permanent',
    title: 'Invalid input',
    sentence: 'A value is missing or out of range.',
    action: 'Correct what the message names.',
  },
  unknown_name: {
    class: 'permanent',
    title: 'Not found',
    sentence: 'Nothing exists under the name or id that was given.',
    action: 'Check the spelling.',
  },
  not_configured: {
    class: 'permanent',
    title: 'Not set up yet',
    sentence: 'An address, token or key is missing.',
    action: 'Finish the setup, or set it with: plexsync config set NAME VALUE',
  },
  stash_too_old: {
    class: 'permanent',
    title: 'Stash is too old for plays',
    sentence: 'Plays can be brought back to Stash 0.25 or later, which records the time of each play.',
    action: 'Update Stash, or switch activity_plays off.',
  },
  already_running: {
    class: 'permanent',
    title: 'Already running',
    sentence: 'Another PlexSync is using this data folder.',
    action: 'Use the one that is running, quit it, or choose another folder with --data-dir.',
  },
  port_in_use: {
    class: 'permanent',
    title: 'The port is in use',
    sentence: 'Another program is listening on this port.',
    action: 'Quit the other program, or choose another port with webhook_port or ui_port.',
  },
  cannot_store: {
    class: 'transient',
    title: 'Cannot store',
    sentence: 'The database cannot be written: the disk is full, read-only or locked.',
    action: 'Free space on the disk of the data folder, or give PlexSync write permission there.',
  },
  database_damaged: {
    class: 'permanent',
    title: 'The database is damaged',
    sentence: 'The database file cannot be read. Nothing was deleted.',
    action: 'Restore a backup with: plexsync restore FILE',
  },
  cancelled: {
    class: 'transient',
    title: 'Cancelled',
    sentence: 'The work was stopped before it finished.',
    action: 'Start it again if you need it.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>

export type ErrorCode = keyof typeof errors

export const errorCodes = Object.keys(errors) as readonly ErrorCode[]

export function classOf(code: ErrorCode): ErrorClass {
  return errors[code].class
}

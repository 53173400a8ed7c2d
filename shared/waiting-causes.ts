/** What can keep changes from being written. Without a schema: the tray loads this before anything else. */

/** A view of the window. */
export type SummaryView = '/overview' | '/setup' | '/settings' | '/health' | '/needs-you' | '/activity'

/** Causes of one server, of which the values name which one. */
export const serverCauses = [
  /** The server refuses the token or key. */
  'token_refused',
  /** The token may read from Plex but not write. */
  'edits_refused',
  /** Plex answers 500 to every edit while reading works. */
  'edits_failing',
  /** plex_library names nothing that could be written. */
  'no_library',
  /** The whole server redirects to another address. */
  'server_redirects',
  /** The server does not answer. */
  'server_down',
] as const

/** Causes that need no name of a server. */
export const plainCauses = [
  /** The setup is not finished. */
  'setup',
  /** The keyring that holds tokens and keys is locked. */
  'keyring',
  /** Stash waits for its setup. */
  'stash_setup',
  /** Stash waits for its migration. */
  'stash_migration',
  /** Every query of Stash's database fails. */
  'stash_database',
  /** Stash refuses the query by which scenes are read. */
  'stash_schema',
] as const

export type ServerCause = (typeof serverCauses)[number]
export type PlainCause = (typeof plainCauses)[number]

/** The view that shows each cause and what to do about it. */
export const causeViews: Readonly<Record<ServerCause | PlainCause, SummaryView>> = {
  token_refused: '/settings',
  edits_refused: '/settings',
  edits_failing: '/health',
  no_library: '/settings',
  server_redirects: '/settings',
  server_down: '/health',
  setup: '/setup',
  keyring: '/health',
  stash_setup: '/health',
  stash_migration: '/health',
  stash_database: '/health',
  stash_schema: '/health',
}

export function isServerCause(code: string): code is ServerCause {
  return serverCauses.some((cause) => cause === code)
}

export function isPlainCause(code: string): code is PlainCause {
  return plainCauses.some((cause) => cause === code)
}

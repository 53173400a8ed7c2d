/** What keeps changes from being written to Plex, as codes with values. The words are in summary-texts.ts. */
import * as z from 'zod'
import { serverNameSchema } from './domain.ts'

/** In the order in which they count: the first that holds is the state. */
export const statusStates = ['stopped', 'setup', 'paused', 'waiting', 'needs_you', 'working', 'idle'] as const
export const statusStateSchema = z.enum(statusStates)
export type StatusState = z.infer<typeof statusStateSchema>

const common = {
  /** ISO 8601. */
  since: z.string(),
  /** One English sentence. */
  text: z.string(),
}
const ofServer = z.object({ server: serverNameSchema, kept: z.number() })

export const waitingForSchema = z.discriminatedUnion('code', [
  /** The setup is not finished; `kept` changes wait for it. */
  z.object({ code: z.literal('setup'), values: z.object({ kept: z.number() }), ...common }),
  /** The keyring that holds tokens and keys is locked. */
  z.object({ code: z.literal('keyring'), values: z.object({ kept: z.number() }), ...common }),
  /** A server refuses the token or key. */
  z.object({ code: z.literal('token_refused'), values: ofServer, ...common }),
  /** Stash waits for its setup. */
  z.object({ code: z.literal('stash_setup'), values: z.object({ kept: z.number() }), ...common }),
  /** Stash waits for its migration. */
  z.object({ code: z.literal('stash_migration'), values: z.object({ kept: z.number() }), ...common }),
  /** The token may read from Plex but not write. */
  z.object({ code: z.literal('edits_refused'), values: ofServer, ...common }),
  /** Plex answers 500 to every edit while reading works. */
  z.object({ code: z.literal('edits_failing'), values: ofServer, ...common }),
  /** Every query of Stash's database fails. */
  z.object({ code: z.literal('stash_database'), values: z.object({ kept: z.number() }), ...common }),
  /** Stash refuses the query by which scenes are read. */
  z.object({ code: z.literal('stash_schema'), values: z.object({ kept: z.number() }), ...common }),
  /** plex_library names nothing that could be written. */
  z.object({ code: z.literal('no_library'), values: ofServer, ...common }),
  /** The whole server redirects to another address. */
  z.object({ code: z.literal('server_redirects'), values: ofServer, ...common }),
  /** A server does not answer. */
  z.object({ code: z.literal('server_down'), values: ofServer, ...common }),
])
export type WaitingFor = z.infer<typeof waitingForSchema>

/** As the engine finds it, before it is put into words. */
export type WaitingCause = WaitingFor extends infer W ? (W extends WaitingFor ? Omit<W, 'text'> : never) : never

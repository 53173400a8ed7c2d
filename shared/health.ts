/** What health checks find, as codes with values. The words are in health-texts.ts and health-texts.de.ts. */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'
import { errorCodeSchema, serverNameSchema } from './domain.ts'
import { quoteHintSchema } from './quote-hints.ts'
import { requestProblemSchema } from './request-problems.ts'

const findingStates = ['pass', 'warn', 'fail'] as const
export const findingStateSchema = z.enum(findingStates)
export type FindingState = z.infer<typeof findingStateSchema>

const text = z.string()
const count = z.number()
/** PlexSync has a command line beside the window, so that a cure may name a command. */
const command = z.boolean()
/** Address of another PlexSync whose plugin is in Stash too; empty if there is none. */
const beside = text
const queue = { ready: count, delayed: count, in_progress: count }

export const healthFindingSchema = z.discriminatedUnion('code', [
  coded('not_set', { setting: text }),
  coded('server_fault', {
    error: errorCodeSchema,
    message: text,
    because: requestProblemSchema.optional().catch(undefined),
  }),
  coded('check_failed', { problem: text }),
  /** The server does not answer, which is the finding of another check. */
  coded('not_checked', { server: serverNameSchema }),
  coded('version', { server: serverNameSchema, version: text }),
  coded('version_newer', { server: serverNameSchema, version: text, newest: text }),
  coded('token_accepted', {}),
  /** `hints` in English; `hint_codes` the same for other languages. */
  coded('unknown_libraries', {
    names: z.array(text),
    hints: z.array(text),
    hint_codes: z.array(quoteHintSchema).default([]),
  }),
  coded('libraries_indexed', { libraries: z.array(text), items: count }),
  coded('plugin_not_needed', { beside }),
  coded('plugin_missing', { beside, command }),
  coded('plugin_off', {}),
  coded('plugin_version', { held: text, own: text, command }),
  coded('plugin_token', { command }),
  coded('plugin_address', { base: text, command }),
  coded('plugin_current', { version: text, beside }),
  coded('stash_not_set_up', {}),
  coded('only_writer', {}),
  coded('other_writer', { plugin: text }),
  coded('hook_arrived', { at: text }),
  coded('hook_not_needed', {}),
  coded('hook_missing', { command }),
  coded('queue_waits', { ...queue, server: serverNameSchema, since: text }),
  coded('queue_before_setup', queue),
  coded('queue_paused', queue),
  coded('queue_moves', queue),
  coded('no_dead_letters', {}),
  coded('dead_letters', { count, decisions: count, command }),
  coded('no_unknown_locks', {}),
  coded('locks_kept', { differing: count }),
  coded('unknown_locks', { items: count, fields: count, differing: count, command }),
  coded('tag_lists_known', {}),
  coded('quoted_tags', {
    lists: z.array(z.object({ setting: text, hints: z.array(quoteHintSchema) })),
  }),
  coded('no_path_rules', {}),
  coded('path_rules', { count }),
  coded('database_unsafe', {}),
  coded('database_kept_aside', { files: z.array(text), command }),
  coded('database_sound', {}),
  coded('disk_space', { megabytes: count, folder: text }),
  coded('disk_full', { megabytes: count, folder: text }),
  coded('only_this_machine', {}),
  coded('open_to_network', { what: z.array(z.enum(['hooks', 'window'])) }),
  coded('secrets_in_keychain', {}),
  coded('secrets_in_file', { warning: text }),
  coded('secrets_unprotected', { warning: text }),
  coded('posters_off', {}),
  coded('posters_ready', {}),
  coded('posters_unavailable', { problem: text }),
])
export type HealthFinding = z.infer<typeof healthFindingSchema>
export type FindingCode = HealthFinding['code']
export type FindingValues<C extends FindingCode> = Extract<HealthFinding, { code: C }>['values']

/** The words for one finding; `cure` says what to do, null if nothing is. */
export interface FindingText {
  readonly detail: string
  readonly cure: string | null
}

/** A code without words does not compile. */
export type FindingTexts = WordsFor<HealthFinding, FindingText>

export function findingText(finding: HealthFinding, texts: FindingTexts): FindingText {
  return wordsFor(finding, texts)
}

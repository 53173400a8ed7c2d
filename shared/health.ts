/** What health checks find, as codes with values. The words are in health-texts.ts and health-texts.de.ts. */
import * as z from 'zod'
import { errorCodeSchema, serverNameSchema } from './domain.ts'
import { quoteHintSchema } from './quote-hints.ts'

export const findingStates = ['pass', 'warn', 'fail'] as const
export const findingStateSchema = z.enum(findingStates)
export type FindingState = z.infer<typeof findingStateSchema>

const text = z.string()
const count = z.number()
/** PlexSync has a command line beside the window, so that a cure may name a command. */
const command = z.boolean()
/** Address of another PlexSync whose plugin is in Stash too; empty where there is none. */
const beside = text
const queue = { ready: count, delayed: count, in_progress: count }

function finding<C extends string, S extends z.ZodRawShape>(code: C, values: S) {
  return z.object({ code: z.literal(code), values: z.object(values) })
}

export const healthFindingSchema = z.discriminatedUnion('code', [
  finding('not_set', { setting: text }),
  finding('server_fault', { error: errorCodeSchema, message: text }),
  finding('check_failed', { problem: text }),
  /** The server does not answer, which is the finding of another check. */
  finding('not_checked', { server: serverNameSchema }),
  finding('version', { server: serverNameSchema, version: text }),
  finding('version_newer', { server: serverNameSchema, version: text, newest: text }),
  finding('token_accepted', {}),
  /** `hints` in English; `hint_codes` the same for other languages. */
  finding('unknown_libraries', {
    names: z.array(text),
    hints: z.array(text),
    hint_codes: z.array(quoteHintSchema).default([]),
  }),
  finding('libraries_indexed', { libraries: z.array(text), items: count }),
  finding('plugin_not_needed', { beside }),
  finding('plugin_missing', { beside, command }),
  finding('plugin_off', {}),
  finding('plugin_version', { held: text, own: text, command }),
  finding('plugin_token', { command }),
  finding('plugin_address', { base: text, command }),
  finding('plugin_current', { version: text, beside }),
  finding('stash_not_set_up', {}),
  finding('only_writer', {}),
  finding('other_writer', { plugin: text }),
  finding('hook_arrived', { at: text }),
  finding('hook_not_needed', {}),
  finding('hook_missing', { command }),
  finding('queue_waits', { ...queue, server: serverNameSchema, since: text }),
  finding('queue_before_setup', queue),
  finding('queue_paused', queue),
  finding('queue_moves', queue),
  finding('no_dead_letters', {}),
  finding('dead_letters', { count, decisions: count, command }),
  finding('no_unknown_locks', {}),
  finding('locks_kept', { differing: count }),
  finding('unknown_locks', { items: count, fields: count, differing: count, command }),
  finding('tag_lists_known', {}),
  finding('quoted_tags', {
    lists: z.array(z.object({ setting: text, hints: z.array(quoteHintSchema) })),
  }),
  finding('no_path_rules', {}),
  finding('path_rules', { count }),
  finding('database_unsafe', {}),
  finding('database_kept_aside', { files: z.array(text), command }),
  finding('database_sound', {}),
  finding('disk_space', { megabytes: count, folder: text }),
  finding('disk_full', { megabytes: count, folder: text }),
  finding('only_this_machine', {}),
  finding('open_to_network', { what: z.array(z.enum(['hooks', 'window'])) }),
  finding('secrets_in_keychain', {}),
  finding('secrets_in_file', { warning: text }),
  finding('secrets_unprotected', { warning: text }),
  finding('posters_off', {}),
  finding('posters_ready', {}),
  finding('posters_unavailable', { problem: text }),
])
export type HealthFinding = z.infer<typeof healthFindingSchema>
export type FindingCode = HealthFinding['code']
export type FindingValues<C extends FindingCode> = Extract<HealthFinding, { code: C }>['values']

/** The words for one finding; `cure` says what to do, null where nothing is. */
export interface FindingText {
  readonly detail: string
  readonly cure: string | null
}

/** A code without words does not compile. */
export type FindingTexts = { readonly [C in FindingCode]: (values: FindingValues<C>) => FindingText }

export function findingText(finding: HealthFinding, texts: FindingTexts): FindingText {
  // The pair is right by the schema; the compiler does not follow an index over a union.
  const words = texts[finding.code] as (values: HealthFinding['values']) => FindingText
  return words(finding.values)
}

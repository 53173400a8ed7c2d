/**
 * What the engine says of a job, a plan, a path or an outage, as codes with values. The words are in remark-texts.ts and
 * remark-texts.de.ts. The sentence is beside them, in English, for the command line and the log.
 */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'
import { errorCodeSchema, fieldSchema, jobKindSchema, jobOriginSchema, keptSchema } from './domain.ts'
import { type ErrorCode, errorCodes } from './errors.ts'
import { type MatchStep, matchStepSchema, nearMisses, skippedLibrarySchema } from './match-steps.ts'
import { type RequestProblem, requestProblemSchema } from './request-problems.ts'

const text = z.string()
const count = z.number()
const fields = z.array(fieldSchema)

export const remarkSchema = z.discriminatedUnion('code', [
  // A job that waits or is in progress.
  coded('queued', {}),
  coded('settling', {}),
  coded('in_progress', {}),

  // A job that ended.
  coded('wrote', { fields, kept: fields }),
  coded('nothing_to_write', { kept: fields }),
  coded('gone_from_stash', {}),
  coded('deleted_in_stash', {}),
  coded('superseded', { job: count }),
  coded('fanned_out', { scenes: count, kind: jobKindSchema, id: text }),
  coded('not_found_skipped', { message: text, step: matchStepSchema.optional() }),
  coded('stopped_unexpectedly', {}),
  /** `message` is what was seen, in English; `step` or `because` says it for every language where there is one. */
  coded('failed', {
    error: errorCodeSchema,
    message: text,
    step: matchStepSchema.optional().catch(undefined),
    because: requestProblemSchema.optional().catch(undefined),
  }),

  // A scene that is held back on purpose.
  coded('not_organized', {}),
  coded('no_stash_id', {}),
  coded('no_url', {}),
  coded('not_tagged_so', {}),
  coded('tagged_out', {}),
  coded('no_metadata', {}),

  // The story of a scene.
  coded('received', { job: count, origin: jobOriginSchema }),
  coded('left_alone', { rating_key: text, kept: z.array(keptSchema) }),
  coded('written_item', { rating_key: text }),
  coded('verified_item', { rating_key: text }),

  // A path rule, and a file that it does not find.
  coded('rule_unused', {}),
  coded('rule_found', { found: count, covered: count }),
  coded('rule_suggested', { files: count, by: z.enum(['size', 'duration', 'either']), example: text }),
  coded('in_skipped_library', { skipped: skippedLibrarySchema.nullable() }),
  coded('near_miss', { file: text, differs: z.enum(nearMisses) }),
  coded('not_scanned', { library: text }),
  coded('elsewhere', { library: text, file: text }),
  coded('folder_not_written', { skipped: skippedLibrarySchema }),
  coded('no_such_folder', { folder: text }),
  coded('no_rule_no_file', {}),
  coded('no_rule', { file: text }),

  coded('library_type', { type: text }),
])
export type Remark = z.infer<typeof remarkSchema>

/** A code without words does not compile. One sentence each. */
export type RemarkTexts = WordsFor<Remark>

/** Beside a sentence: one of `remarkSchema`; absent if no code stands for the sentence. */
export const remarkFields = {
  code: z.string().optional(),
  values: z.record(z.string(), z.unknown()).optional(),
}

export function remarkText(remark: Remark, texts: RemarkTexts): string {
  return wordsFor(remark, texts)
}

/** The remark of an object that carries a code; null if there is none, or one of another version. */
export function remarkOf(shown: { readonly code?: unknown; readonly values?: unknown }): Remark | null {
  return remarkSchema.safeParse({ code: shown.code, values: shown.values }).data ?? null
}

/** A code of another version of the table counts as an unknown failure. */
export function remarkOfFault({ code, message, step, because }: FailureInput): Remark {
  const error: ErrorCode = errorCodes.find((known) => known === code) ?? 'unexpected'
  const shown = { ...(step !== undefined && { step }), ...(because !== undefined && { because }) }
  return { code: 'failed', values: { error, message, ...shown } }
}

/** A fault, or what is kept of one. */
interface FailureInput {
  readonly code: string
  readonly message: string
  readonly step?: MatchStep | undefined
  readonly because?: RequestProblem | undefined
}

import * as z from 'zod'
import {
  type Candidate,
  changeSchema,
  confidenceSchema,
  type JobKind,
  type JobOrigin,
  keptSchema,
  type Outcome,
} from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { matchStepSchema } from '../../../shared/match-steps.ts'
import { type Remark, remarkSchema } from '../../../shared/remarks.ts'

/** One change that asks for work. */
export interface NewJob {
  readonly kind: JobKind
  /** Id in Stash. */
  readonly subjectId: string
  /** Names of the changed fields; null when unknown, which means all. */
  readonly fields: readonly string[] | null
  readonly origin: JobOrigin
  /** The user asked for this exact scene: what is otherwise only looked at after a change (the cover) is looked at again. */
  readonly force?: boolean
  /** Asked for by its id, so it may be written before the setup is finished. */
  readonly explicit?: boolean
  /** Of a sweep: a state that the last try has not read, so that a job that waits for the next one does not wait any longer. */
  readonly isNews?: boolean
}

/** `coalesced`: a job for the same subject was waiting already. */
export type EnqueueOutcome = 'queued' | 'coalesced'

/** A job in the hands of a worker, until its lease ends. */
export interface ClaimedJob {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
  readonly fields: readonly string[] | null
  readonly origin: JobOrigin
  readonly force: boolean
  /** Failed tries so far. */
  readonly attempts: number
  /** Tries so far that found no item in Plex. */
  readonly misses: number
  /** Proves that the job is still this worker's. */
  readonly leaseToken: string
  /** Epoch ms of its first change. */
  readonly receivedAt: number
}

/** A job that was claimed as it came in, and what it was before. */
export interface TakenJob {
  readonly job: ClaimedJob
  /** The job that waited already and that this one merged into: it outlives a try that fails. Null for a new one. */
  readonly merged: { readonly wasExplicit: boolean } | null
}

const fieldsSchema = z.array(z.string())

/** The changed fields as the table keeps them: a JSON array, or NULL for all. */
export function fieldsOf(column: string | null): readonly string[] | null {
  return column === null ? null : fieldsSchema.parse(JSON.parse(column))
}

/** What was matched and written, as kept with a finished job. Times are epoch milliseconds. */
export const jobReportSchema = z.object({
  matched: z
    .object({
      confidence: confidenceSchema,
      /** As sentences, of a release before `step_codes`. */
      steps: z.array(z.string()).optional(),
      step_codes: z.array(matchStepSchema).optional().catch(undefined),
    })
    .optional(),
  items: z.array(
    z.object({
      rating_key: z.string(),
      section: z.string(),
      changes: z.array(changeSchema),
      kept: z.array(keptSchema),
    }),
  ),
  /** The outcome; what an earlier release stored has its words only. */
  remark: remarkSchema.optional().catch(undefined),
  written_at: z.number().optional(),
  verified_at: z.number().optional(),
})
export type JobReport = z.infer<typeof jobReportSchema>

export const reasonValuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
export type ReasonValues = z.infer<typeof reasonValuesSchema>

interface Done {
  readonly kind: 'done'
  readonly outcome: Outcome
  readonly title: string
  /** The outcome. */
  readonly remark: Remark
  readonly report?: JobReport
}
interface Retry {
  readonly kind: 'retry'
  readonly counts: 'attempt' | 'miss'
  /** Epoch ms. */
  readonly dueAt: number
  readonly code: ErrorCode
  readonly message: string
  /** The failure for every language, where the fault has more than code and message. */
  readonly remark?: Remark
  readonly title?: string
  /** Which state of the scene was read, see `stateKey`. */
  readonly triedState?: string
}
/** Back as it was, nothing counted: a server is down, a token is refused, the app ends. */
interface Release {
  readonly kind: 'release'
  /** Epoch ms; where it is missing the job is due as before. */
  readonly dueAt?: number
}
interface Dead {
  readonly kind: 'dead'
  readonly code: ErrorCode
  readonly message: string
  /** The failure for every language, where the fault has more than code and message. */
  readonly remark?: Remark
  readonly title?: string
  readonly path?: string
  readonly candidates?: readonly Candidate[]
  /** What the message says, as values for other languages. */
  readonly values?: ReasonValues
  /** What was written in spite of it. */
  readonly report?: JobReport
}

/** How a worker hands a job back. */
export type Settlement = { readonly job: ClaimedJob } & (Done | Retry | Release | Dead)

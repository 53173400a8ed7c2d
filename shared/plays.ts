/** What comes back from Plex: plays, resume points, ratings. Schemas of the contract's calls. No I/O. */
import * as z from 'zod'
import { reportedFaultSchema } from './fault-schema.ts'
import { momentSchema } from './moment.ts'

export const playStates = ['seen', 'parked', 'intent', 'applied', 'skipped', 'failed', 'undone'] as const
export const playStateSchema = z.enum(playStates)
export type PlayState = z.infer<typeof playStateSchema>

const skipReasons = ['baseline', 'duplicate', 'already_in_stash', 'ambiguous', 'other_account'] as const
export type SkipReason = (typeof skipReasons)[number]

/** Why a play is skipped; why it waits (its item has no scene, or not a certain one); why Stash did not take it. */
const playReasons = [...skipReasons, 'no_scene', 'unsure_match', 'refused', 'no_answer'] as const
export const playReasonSchema = z.enum(playReasons)
export type PlayReason = z.infer<typeof playReasonSchema>

export const playRowSchema = z.object({
  /** The pull that wrote it; null if it was not written. */
  run: z.number().nullable(),
  /** ISO 8601. */
  viewed_at: z.string(),
  /** The account's name as Plex reported it last; its number if unknown. */
  account: z.string(),
  scene_id: z.string().nullable(),
  rating_key: z.string().nullable(),
  title: z.string(),
  source: z.enum(['history', 'hand_mark']),
  state: playStateSchema,
  reason: playReasonSchema.nullable(),
  /** The moment in Stash's play history; null unless it was written. */
  stash_time: momentSchema,
  stash_url: z.string().nullable(),
  plex_url: z.string().nullable(),
})
export type PlayRow = z.infer<typeof playRowSchema>

const writesSchema = z.object({ applied: z.number(), skipped: z.number(), failed: z.number() })

export const pullReportSchema = z.object({
  /** Rows of the play history that were new. */
  seen: z.number(),
  /** Plays added to Stash; in a dry run those that would be. */
  applied: z.number(),
  parked: z.number(),
  failed: z.number(),
  skipped: z.object({
    baseline: z.number(),
    duplicate: z.number(),
    already_in_stash: z.number(),
    ambiguous: z.number(),
    other_account: z.number(),
  }),
  resume: writesSchema,
  ratings: writesSchema,
  /** Pulls that wrote something, for undo. */
  runs: z.array(z.number()),
  /** How many scenes the applied plays belong to. */
  scenes: z.number(),
  /** Dry run with "from now on": what a day would bring instead. */
  from_day: z.object({ day: z.string(), applied: z.number(), scenes: z.number() }).nullable(),
  /** Dry run: some of the plays that would be added. */
  sample: z.array(playRowSchema),
})
export type PullReport = z.infer<typeof pullReportSchema>

const playRunSchema = z.object({
  id: z.number(),
  started_at: z.string(),
  plays: z.number(),
  scenes: z.number(),
  resume: z.number(),
  ratings: z.number(),
  /** How much of it was taken back. */
  undone: z.number(),
})
export type PlayRun = z.infer<typeof playRunSchema>

/** Codes; the window and the command line have the words. */
const playNotices = ['ratings_both_ways', 'accounts_pending', 'accounts_unknown', 'stash_too_old'] as const
export type PlayNotice = (typeof playNotices)[number]

export const playsStatusSchema = z.object({
  /** Anything at all is switched on. */
  on: z.boolean(),
  pulling: z.boolean(),
  pulled_at: momentSchema,
  /** When the next pull is due; null while off or stopped. */
  next_at: momentSchema,
  last: pullReportSchema.nullable(),
  /** Why the last pull failed; null otherwise. */
  problem: reportedFaultSchema.nullable(),
  notices: z.array(z.object({ code: z.enum(playNotices), values: z.record(z.string(), z.string()) })),
  counts: z.object({
    applied: z.number(),
    parked: z.number(),
    failed: z.number(),
    undone: z.number(),
    skipped: pullReportSchema.shape.skipped,
  }),
  runs: z.array(playRunSchema),
})
export type PlaysStatus = z.infer<typeof playsStatusSchema>

export const undoReportSchema = z.object({
  /** Plays that are out of Stash's history again. */
  undone: z.number(),
  /** Resume points and ratings put back. */
  resume: z.number(),
  ratings: z.number(),
  /** Values that were changed in Stash since, and stay. */
  kept: z.number(),
})
export type UndoReport = z.infer<typeof undoReportSchema>

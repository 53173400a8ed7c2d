/** Parses rows of the tables plays and play_run. */
import * as z from 'zod'
import { playReasonSchema, playStateSchema } from '../../../../shared/plays.ts'
import type { Play } from './play.ts'

const playRow = z
  .object({
    id: z.number(),
    server: z.string(),
    account_id: z.number(),
    viewed_at: z.number(),
    rating_key: z.string().nullable(),
    history_key: z.string(),
    title: z.string(),
    source: z.enum(['history', 'hand_mark']),
    scene_id: z.number().nullable(),
    state: playStateSchema,
    reason: playReasonSchema.nullable(),
    stash_at: z.number().nullable(),
    undo_from: z.number().nullable(),
    run_id: z.number().nullable(),
    attempts: z.number(),
  })
  .transform(
    (found): Play => ({
      id: found.id,
      server: found.server,
      accountId: found.account_id,
      viewedAt: found.viewed_at,
      ratingKey: found.rating_key,
      historyKey: found.history_key,
      title: found.title,
      source: found.source,
      sceneId: found.scene_id === null ? null : String(found.scene_id),
      state: found.state,
      reason: found.reason,
      stashAt: found.stash_at,
      undoFrom: found.undo_from,
      runId: found.run_id,
      attempts: found.attempts,
    }),
  )
export const playRows = z.array(playRow)
export const maybePlayRow = playRow.optional()

export const runRow = z.object({
  id: z.number(),
  started_at: z.number(),
  plays: z.number(),
  scenes: z.number(),
  plays_undone: z.number(),
})

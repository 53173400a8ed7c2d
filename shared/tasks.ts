/** Long work that is watched: what the window, the command line and the API see of it. */
import * as z from 'zod'
import { reportedFaultSchema } from './fault-schema.ts'
import { momentSchema } from './moment.ts'

const taskKinds = [
  'sync_all',
  'sync_some',
  'plan',
  'reconcile',
  'gaps',
  'rewrite',
  'adopt',
  'preview',
  'backup',
  'restore',
  'import',
  'retry',
  'discard',
  'undo_discard',
  'purge',
  'doctor',
  'paths_test',
  'paths_suggest',
  'clear_pictures',
  'plugin_install',
  'activity_pull',
  'activity_undo',
] as const
export const taskKindSchema = z.enum(taskKinds)
export type TaskKind = z.infer<typeof taskKindSchema>

export const taskStateSchema = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted'])
export type TaskState = z.infer<typeof taskStateSchema>

export const taskSchema = z.object({
  id: z.number(),
  kind: taskKindSchema,
  state: taskStateSchema,
  done: z.number(),
  /** Null until known. */
  total: z.number().nullable(),
  started_at: z.string(),
  finished_at: momentSchema,
  /** What the call of the same work returns; null until it is done. */
  result: z.unknown(),
  /** Why it failed; null otherwise. */
  problem: reportedFaultSchema.nullable(),
  /** An interrupted task that continues with the next start of PlexSync. */
  resumes: z.boolean(),
})
export type Task = z.infer<typeof taskSchema>

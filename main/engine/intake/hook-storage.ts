/** Where hooks are stored. */
import type { JobKind, SceneId } from '../../../shared/domain.ts'
import type { HookJob } from './hook-filter.ts'

/** What the intake needs of the job store. */
export interface IntakeStore {
  /** One commit for everything in `work`; if it throws, nothing of it has happened. */
  inTransaction(work: () => void): void
  /** The outcome of each, in their order. */
  enqueueMany(jobs: readonly HookJob[], quietMs: number): readonly ('queued' | 'coalesced')[]
  dropWaiting(kind: JobKind, subjectId: string): boolean
}

export interface HookStorage {
  readonly jobs: IntakeStore
  /** Says of each id, in their order, whether it is new. */
  readonly webhookIds: { remember(ids: readonly string[]): readonly boolean[] }
  /** Forgets the sync state of a scene. Runs inside the transaction: it may touch nothing but the database. */
  readonly sceneDestroyed: (sceneId: SceneId) => void
}

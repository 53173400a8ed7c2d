/** Stores hooks: their jobs, the ids of signed deliveries, and what becomes of a scene that Stash destroyed. */
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

export interface HookStorageDeps {
  readonly jobs: IntakeStore
  /** Says of each id, in their order, whether it is new. */
  readonly webhookIds: { remember(ids: readonly string[]): readonly boolean[] }
  /** Forgets the sync state of a scene. Runs inside the transaction: it may touch nothing but the database. */
  readonly sceneDestroyed: (sceneId: SceneId) => void
}

export class HookStorage {
  readonly #deps: HookStorageDeps

  constructor(deps: HookStorageDeps) {
    this.#deps = deps
  }

  /** One commit for everything in `work`; if it throws, nothing of it has happened. */
  inTransaction(work: () => void): void {
    this.#deps.jobs.inTransaction(work)
  }

  /** Says of each id, in their order, whether it is new. */
  remember(ids: readonly string[]): readonly boolean[] {
    return this.#deps.webhookIds.remember(ids)
  }

  /** The outcome of each, in their order. */
  enqueue(jobs: readonly HookJob[], quietMs: number): readonly ('queued' | 'coalesced')[] {
    return this.#deps.jobs.enqueueMany(jobs, quietMs)
  }

  /** Drops the waiting job and the sync state of a scene that is gone. */
  sceneDestroyed(sceneId: SceneId): void {
    this.#deps.jobs.dropWaiting('scene', sceneId)
    this.#deps.sceneDestroyed(sceneId)
  }
}

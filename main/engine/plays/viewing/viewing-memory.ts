/** What is kept of the owner's viewings of one Plex server. A dry run reads it and keeps nothing new. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type {
  SeenViewing,
  ViewingKind,
  ViewingProgress,
  ViewingStore,
  ViewingWrite,
  WriteKind,
} from '../store/viewing-store.ts'

/** Plex's clock may differ from ours, and an item that is looked at twice costs nothing. */
export const overlapSeconds = 24 * 60 * 60

export class ViewingMemory {
  readonly server: string
  readonly #store: ViewingStore
  readonly #dryRun: boolean

  constructor(store: ViewingStore, server: string, dryRun: boolean) {
    this.#store = store
    this.server = server
    this.#dryRun = dryRun
  }

  /** All of it or nothing. */
  inTransaction<T>(work: () => T): T {
    return this.#dryRun ? work() : this.#store.inTransaction(work)
  }

  /** What an item showed when it was dealt with last. */
  seen(ratingKey: RatingKey): SeenViewing {
    return this.#store.seen(this.server, ratingKey)
  }

  /** The value in Plex was dealt with, with any outcome. */
  note(ratingKey: RatingKey, change: Partial<SeenViewing>): void {
    if (!this.#dryRun) this.#store.note(this.server, ratingKey, change)
  }

  /** Null before the baseline of this kind. */
  progress(kind: ViewingKind): ViewingProgress | null {
    return this.#store.progress(this.server, kind)
  }

  noteRead(kind: ViewingKind, readAt: number): void {
    if (!this.#dryRun) this.#store.noteRead(this.server, kind, readAt)
  }

  /** Items that had been watched when they were read last. */
  watched(): RatingKey[] {
    return this.#store.watched(this.server)
  }

  /** Items that had a rating when they were read last. */
  rated(): RatingKey[] {
    return this.#store.rated(this.server)
  }

  /** Scenes and items that may hold a value of ours. */
  ours(kind: WriteKind): ViewingWrite[] {
    return this.#store.ours(this.server, kind)
  }

  /** The last value of this kind that is ours in a scene, or is about to be; null if there is none. */
  lastOf(kind: WriteKind, sceneId: SceneId): ViewingWrite | null {
    return this.#store.lastOf(kind, sceneId)
  }
}

/** A play as PlexSync keeps it: one row of Plex's history, or one mark by hand, and its outcome. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type { PlayReason, PlayState, SkipReason } from '../../../../shared/plays.ts'

type PlaySource = 'history' | 'hand_mark'

export interface PlayIdentity {
  /** machineIdentifier of the Plex server. */
  readonly server: string
  readonly accountId: number
  /** Epoch seconds. */
  readonly viewedAt: number
  /** Null if the item is gone. */
  readonly ratingKey: RatingKey | null
  /** Empty for a mark by hand. */
  readonly historyKey: string
}

export interface NewPlay extends PlayIdentity {
  readonly title: string
  readonly source: PlaySource
  readonly state: 'seen' | 'skipped'
  readonly reason: SkipReason | null
}

export interface Play extends PlayIdentity {
  readonly id: number
  readonly title: string
  readonly source: PlaySource
  readonly sceneId: SceneId | null
  readonly state: PlayState
  readonly reason: PlayReason | null
  /** Epoch seconds of the row in Stash's play history; null unless it was written, or was about to be. */
  readonly stashAt: number | null
  /** How often Stash's history held that second before an undo; null unless one has begun. */
  readonly undoFrom: number | null
  readonly runId: number | null
  readonly attempts: number
}

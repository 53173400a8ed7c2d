/** What a pull works with. */
import type { RatingKey, SceneId } from '../../../shared/domain.ts'
import type { Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Decision } from '../match/decision.ts'
import type { Library } from '../match/library.ts'
import type { Matchable } from '../match/matcher.ts'
import type { PathRules } from '../match/path-rules.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock, Logger } from '../ports.ts'
import type { StashWatching } from '../stash/watching.ts'
import type { AccountStore } from './account-store.ts'
import type { Links } from './links.ts'
import type { PlayStore } from './play-store.ts'
import type { ProgressStore } from './progress-store.ts'
import type { ViewingStore } from './viewing-store.ts'
import type { WantedActivity } from './wanted.ts'

export interface PullStores {
  readonly plays: PlayStore
  readonly progress: ProgressStore
  readonly accounts: AccountStore
  readonly viewing: ViewingStore
  readonly links: Links
}

export interface PullDeps extends PullStores {
  readonly settings: () => Settings
  readonly wanted: () => WantedActivity
  readonly clock: Clock
  readonly logger: Logger
  readonly plex: Pick<PlexClient, 'accounts' | 'playHistory' | 'viewings' | 'viewingsOf'>
  readonly watching: StashWatching
  readonly library: Pick<Library, 'ready' | 'sections'>
  readonly rules: () => PathRules
  readonly decide: (scene: Matchable) => Decision
  /** Makes sure that the Plex server is known, and gives its machineIdentifier. */
  readonly knownServer: (signal: AbortSignal) => Promise<Result<string>>
  readonly itemExists: (ratingKey: RatingKey) => boolean
  /** Seconds; null if Plex does not know. */
  readonly durationOf: (ratingKey: RatingKey) => number | null
  /** Scenes whose file lies in an item that another scene writes to. */
  readonly rivals: () => readonly { readonly ratingKey: RatingKey; readonly sceneId: SceneId }[]
  readonly inFlight: (playId: number) => boolean
  readonly answerLost: (playIds: readonly number[]) => void
}

export interface PullRequest {
  readonly dryRun: boolean
  /** Asked for by the user: everything that waits is tried again. */
  readonly manual: boolean
}

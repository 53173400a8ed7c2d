import type { RatingKey, SceneFile, SceneId } from '../../../shared/domain.ts'
import type { FileIdentity } from './file-identity.ts'

/** A decision of the user: this file of Stash is that file of Plex. */
export interface Pick extends FileIdentity {
  /** As Stash sees the file. */
  readonly path: string
  readonly sceneId: SceneId | null
  /** Where Plex had the file when it was picked. A rebuilt library has it under another key. */
  readonly ratingKey: RatingKey
  /** Epoch milliseconds. */
  readonly pickedAt: number
}

/** Finds picks. */
export interface PickLookup {
  /** The pick for a file of a scene; null if there is none. */
  find(file: SceneFile, sceneId: SceneId | null): Pick | null
}

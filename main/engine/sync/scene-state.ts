/** What PlexSync knows of each scene: which state of it was handled last, and how, and its cover as last seen. */

import * as z from 'zod'
import type { SceneId } from '../../../shared/domain.ts'

/**
 * How a state of a scene was handled; the column is `outcome`, which is not the outcome of a job. `missing`: it was
 * written, and Plex no longer has the item. `baseline`: it was there when the first sweep began.
 */
const handlings = ['synced', 'unchanged', 'filtered', 'skipped', 'dead', 'missing', 'baseline'] as const
export type Handling = (typeof handlings)[number]

export interface SceneState {
  readonly title: string
  /** `updated_at` of Stash when the scene was handled last. */
  readonly handledVersion: string
  readonly handling: Handling
  readonly cover: Cover
  /** Of the files that it had then, see `filesKey`; empty if not known. */
  readonly filesKey: string
}

/** A scene that was handled so soon after a change that it may have changed again in the same second. */
export interface YoungScene {
  readonly sceneId: SceneId
  readonly version: string
  /** See `sceneKey`. */
  readonly key: string
  readonly cover: Cover
}

export interface Cover {
  readonly etag: string
  /** Of the bytes; empty if the scene has no cover. */
  readonly sha1: string
  /** `updated_at` of the scene when the cover was looked at: a cover never changes without it. */
  readonly version: string
}

export const noCover: Cover = { etag: '', sha1: '', version: '' }

/** A state of a scene, as Stash showed it. */
export interface SceneSeen {
  readonly id: SceneId
  readonly updatedAt: string
  /** Null if the files were not read. */
  readonly filesKey: string | null
}

export interface KnownVersion {
  readonly sceneId: number
  readonly version: string
  readonly filesKey: string
  readonly handling: Handling
}

export const stateRow = z
  .object({
    title: z.string(),
    handled_version: z.string(),
    outcome: z.enum(handlings),
    cover_etag: z.string(),
    cover_sha1: z.string(),
    cover_version: z.string(),
    files_key: z.string(),
  })
  .transform(
    (row): SceneState => ({
      title: row.title,
      handledVersion: row.handled_version,
      handling: row.outcome,
      cover: { etag: row.cover_etag, sha1: row.cover_sha1, version: row.cover_version },
      filesKey: row.files_key,
    }),
  )

export const versionRow = z
  .object({ scene_id: z.number(), handled_version: z.string(), files_key: z.string(), outcome: z.enum(handlings) })
  .transform(
    (row): KnownVersion => ({
      sceneId: row.scene_id,
      version: row.handled_version,
      filesKey: row.files_key,
      handling: row.outcome,
    }),
  )

export const youngRow = z
  .object({
    scene_id: z.number(),
    handled_version: z.string(),
    young_key: z.string(),
    cover_etag: z.string(),
    cover_sha1: z.string(),
    cover_version: z.string(),
  })
  .transform(
    (row): YoungScene => ({
      sceneId: String(row.scene_id),
      version: row.handled_version,
      key: row.young_key,
      cover: { etag: row.cover_etag, sha1: row.cover_sha1, version: row.cover_version },
    }),
  )

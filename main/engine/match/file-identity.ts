/** Whether what was remembered of a file in an item still speaks of the same file. Pure. */
import type { PlexFile } from '../../../shared/domain.ts'
import { pathKey } from './path-key.ts'

/** What is remembered of the file that made an item the right one. Null if it was not known. */
export interface FileIdentity {
  /** As the Plex server saw it. */
  readonly file: string | null
  readonly size: number | null
  readonly duration: number | null
}

/** Seconds by which two servers may measure one file differently. */
const durationTolerance = 1

/**
 * At least two of scene, path and size agree with one of the item's present files. A rating key alone proves nothing: a
 * restored or rebuilt Plex gives it to another film. Two of three survive a rename on both sides, a file encoded again in
 * place, and scene ids dealt again by an import.
 */
export function isSameFile(known: FileIdentity, sceneAgrees: boolean, present: readonly PlexFile[]): boolean {
  return present.some((part) => {
    const agreements = [sceneAgrees, pathAgrees(known, part), sizeAgrees(known, part)]
    return agreements.filter(Boolean).length >= 2
  })
}

function pathAgrees({ file }: FileIdentity, part: PlexFile): boolean {
  return file !== null && pathKey(file) === pathKey(part.file)
}

/** Bytes; where one side knows none, the duration. */
function sizeAgrees(known: FileIdentity, part: PlexFile): boolean {
  if (known.size !== null && part.size !== null) return known.size === part.size
  if (known.duration === null || part.duration === null) return false
  return Math.abs(known.duration - part.duration) <= durationTolerance
}

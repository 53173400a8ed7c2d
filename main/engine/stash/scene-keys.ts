/** Hashes by which a scene is distinguished from what it was, where its stamp does not show it. Pure. */
import { hash } from 'node:crypto'
import type { SceneFile, StashScene } from '../../../shared/domain.ts'

/** Of the files' paths and sizes, in any order; never empty. */
export function filesKey(files: readonly Pick<SceneFile, 'path' | 'size'>[]): string {
  return keyOf(files.map(({ path, size }) => JSON.stringify([path, size])).sort())
}

/** Of the stamp and the files of a scene: what distinguishes a state of it from another one without its content. */
export function stateKey({ updatedAt, files }: Pick<StashScene, 'updatedAt' | 'files'>): string {
  return `${updatedAt}#${filesKey(files)}`
}

/** Of everything that a write depends on, except the cover. */
export function sceneKey(scene: StashScene): string {
  const { updatedAt: _stamp, young: _young, ...content } = scene
  return keyOf(content)
}

function keyOf(value: unknown): string {
  return hash('sha1', JSON.stringify(value), 'base64url')
}

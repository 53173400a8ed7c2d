import type { StashScene } from '../../../shared/domain.ts'

/** The scene's title; its file's name where it has none. */
export function titleOf(scene: StashScene): string {
  return scene.title || (scene.files[0]?.path.split(/[\\/]/).at(-1) ?? `Scene ${scene.id}`)
}

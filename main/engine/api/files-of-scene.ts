/** The files of a scene as Stash has it now. */

import { decline } from '../../../shared/decline.ts'
import type { SceneFile } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashClient } from '../stash/client.ts'

/** Fault `unknown_name` if Stash has no such scene. */
export async function filesOf(
  sceneId: string,
  stash: Pick<StashClient, 'scenes'>,
  signal: AbortSignal,
): Promise<Result<readonly SceneFile[]>> {
  const scenes = await stash.scenes([sceneId], signal)
  if (!scenes.ok) return scenes
  const scene = scenes.value.get(sceneId)
  return scene === undefined
    ? decline('unknown_name', { code: 'no_scene', values: { ids: [sceneId] } })
    : ok(scene.files)
}

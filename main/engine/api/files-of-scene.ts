/** The files of a scene as Stash has it now. */
import type { SceneFile } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
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
  return scene === undefined ? fail('unknown_name', `Stash has no scene ${sceneId}`) : ok(scene.files)
}

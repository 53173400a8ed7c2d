import type { Handlers } from '../../../shared/contract.ts'
import type { Explanation, SceneFile } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Decision } from '../match/decision.ts'
import { decideScene } from '../sync/planner.ts'
import type { Rooms } from './rooms.ts'

export function matchingHandlers(rooms: Rooms): Pick<Handlers, 'explainMatch' | 'pickMatch'> {
  return {
    explainMatch: async (request, signal) => {
      const files =
        'path' in request
          ? ok([{ path: request.path, size: null, duration: null }])
          : await filesOf(rooms, request.scene_id, signal)
      if (!files.ok) return files
      const known = await rooms.identities.ensurePlex(signal)
      if (!known.ok) return known
      const ready = await rooms.library.ready(signal)
      if (!ready.ok && ready.fault.code !== 'unknown_library') return ready
      let decision = decideScene({ files: files.value }, rooms.prepare)
      if (decision.confidence !== 'high' && files.value.length > 0) {
        const looked = await rooms.library.lookFor(
          files.value.map((file) => file.path),
          signal,
        )
        if (!looked.ok && looked.fault.code !== 'unknown_library') return looked
        decision = decideScene({ files: files.value }, rooms.prepare)
      }
      return ok(explanationOf(decision))
    },

    pickMatch: async ({ scene_id, rating_key }, signal) => {
      const files = await filesOf(rooms, scene_id, signal)
      if (!files.ok) return files
      const file = files.value[0]
      if (file === undefined) return fail('no_file_path', `No file path for scene ${scene_id}, cannot sync to Plex`)
      const items = await rooms.plex.items([rating_key], signal)
      if (!items.ok) return items
      if (!items.value.has(rating_key)) return fail('unknown_name', `Plex has no item ${rating_key}`)
      rooms.picks.remember(file.path, rating_key)
      rooms.store.enqueue({ kind: 'scene', subjectId: scene_id, fields: null, origin: 'manual', force: true }, 0)
      rooms.worker.wake()
      rooms.events.statusChanged()
      return ok({ path: file.path, rating_key })
    },
  }
}

async function filesOf(rooms: Rooms, sceneId: string, signal: AbortSignal): Promise<Result<readonly SceneFile[]>> {
  const scenes = await rooms.stash.scenes([sceneId], signal)
  if (!scenes.ok) return scenes
  const scene = scenes.value.get(sceneId)
  return scene === undefined ? fail('unknown_name', `Stash has no scene ${sceneId}`) : ok(scene.files)
}

function explanationOf(decision: Decision): Explanation {
  const keys = decision.targets.map((target) => target.ratingKey)
  return {
    confidence: decision.confidence,
    rating_key: keys[0] ?? null,
    rating_keys: keys,
    steps: [...decision.steps],
    candidates: [...decision.candidates],
  }
}

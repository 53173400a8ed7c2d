import type { Handlers } from '../../../shared/contract.ts'
import type { Explanation, SceneFile } from '../../../shared/domain.ts'
import type { MatchStep } from '../../../shared/match-steps.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Decision } from '../match/decision.ts'
import { pause } from '../pause.ts'
import type { Services } from '../services.ts'
import { undoScene } from '../sync/undo.ts'

export function matchingHandlers(services: Services): Pick<Handlers, 'explainMatch' | 'pickMatch' | 'unpickMatch'> {
  return {
    explainMatch: async (request, signal) => {
      const files =
        'path' in request
          ? ok([{ path: request.path, size: null, duration: null }])
          : await filesOf(services, request.scene_id, signal)
      if (!files.ok) return files
      const subject = { id: 'path' in request ? null : request.scene_id, files: files.value }
      const known = await services.identities.ensurePlex(signal)
      if (!known.ok) return known
      const ready = await services.library.ready(signal)
      if (!ready.ok && ready.fault.code !== 'no_library') return ready
      let decision = services.matcher.match(subject)
      if (decision.confidence !== 'high' && files.value.length > 0) {
        const looked = await services.matcher.refreshMissing(
          files.value.map((file) => file.path),
          signal,
        )
        if (!looked.ok && looked.fault.code !== 'no_library') return looked
        decision = services.matcher.match(subject)
      }
      return ok(explanationOf(decision, services))
    },

    pickMatch: async ({ scene_id, rating_key }, signal) => {
      const files = await filesOf(services, scene_id, signal)
      if (!files.ok) return files
      const file = files.value[0]
      if (file === undefined) return fail('no_file_path', `No file path for scene ${scene_id}, cannot sync to Plex`)
      const items = await services.plex.items([rating_key], signal)
      if (!items.ok) return items
      const item = items.value.get(rating_key)
      if (item === undefined) return fail('unknown_name', `Plex has no item ${rating_key}`)
      const part = item.parts.find(({ size }) => size !== null && size === file.size) ?? item.parts[0]
      if (part === undefined) return fail('unknown_name', `The Plex item ${rating_key} has no file`)
      services.picks.remember({ ...part, path: file.path, sceneId: scene_id, ratingKey: rating_key })
      services.store.enqueue({ kind: 'scene', subjectId: scene_id, fields: null, origin: 'manual', force: true }, 0)
      services.worker.wake()
      services.events.statusChanged()
      return ok({ path: file.path, rating_key })
    },

    unpickMatch: ({ scene_id, rating_key }, signal) => unpick(services, scene_id, rating_key, signal),
  }
}

/** A job that has begun with the pick ends first, so that its write can be taken back too. */
const longestWaitMs = 30_000
const lookMs = 100

/** Forgets the pick, takes back what was written because of it, and asks again. */
async function unpick(
  { store, picks, items, undo, worker, events, ports: { clock } }: Services,
  sceneId: string,
  ratingKey: string,
  signal: AbortSignal,
): ReturnType<Handlers['unpickMatch']> {
  const pick = picks.list().find((one) => one.sceneId === sceneId && one.ratingKey === ratingKey)
  if (pick === undefined) return fail('unknown_name', `Scene ${sceneId} is not picked for the Plex item ${ratingKey}`)
  picks.forget(pick.path)
  const end = clock.now() + longestWaitMs
  while (store.isInProgress('scene', sceneId) && clock.now() < end && !signal.aborted) await pause(lookMs, clock)
  const written = items.get(ratingKey)
  const isOfPick =
    written !== null &&
    written.sceneId === sceneId &&
    written.lastWrite !== null &&
    (written.writtenAt ?? 0) >= pick.pickedAt
  const undone = isOfPick
    ? await undoScene(sceneId, undo, signal, (item) => item.ratingKey === ratingKey)
    : ok({ changes: [], kept: [] })
  // Whatever the outcome: the scene needs its question back.
  store.enqueue({ kind: 'scene', subjectId: sceneId, fields: null, origin: 'manual', force: true }, 0)
  worker.wake()
  events.statusChanged()
  return undone.ok ? ok({ changes: undone.value.changes }) : undone
}

async function filesOf(
  services: Services,
  sceneId: string,
  signal: AbortSignal,
): Promise<Result<readonly SceneFile[]>> {
  const scenes = await services.stash.scenes([sceneId], signal)
  if (!scenes.ok) return scenes
  const scene = scenes.value.get(sceneId)
  return scene === undefined ? fail('unknown_name', `Stash has no scene ${sceneId}`) : ok(scene.files)
}

function explanationOf(decision: Decision, { items }: Services): Explanation {
  const keys = decision.targets.map((target) => target.ratingKey)
  const kept = keys.flatMap((ratingKey) => (items.get(ratingKey)?.kept ?? []).map((one) => ({ ratingKey, ...one })))
  const refused = kept.filter(({ code }) => code === 'refused')
  const steps: MatchStep[] = [
    ...decision.steps,
    ...refused.map(({ ratingKey, field, reason }) => ({
      code: 'field_refused' as const,
      values: { rating_key: ratingKey, field, reason },
    })),
  ]
  return {
    confidence: decision.confidence,
    rating_key: keys[0] ?? null,
    rating_keys: keys,
    steps: steps.map(englishStep),
    step_codes: steps,
    candidates: [...decision.candidates],
    kept: kept.map(({ ratingKey: _item, ...one }) => one),
  }
}

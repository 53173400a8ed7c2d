/**
 * Looks once more at scenes that were read within two seconds of their stamp. Stash's stamps have whole seconds: what
 * changed later in the same second left the stamp as it was, and nothing but the content shows it.
 */
import type { SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import { isYoung } from '../stash/scene.ts'
import { sceneKey } from '../stash/scene-keys.ts'
import type { SceneSeen, YoungScene } from '../sync/scene-state.ts'
import type { SceneStates } from '../sync/scene-states.ts'

export interface YoungScenesDeps {
  readonly stash: Pick<StashClient, 'now' | 'scenes' | 'cover'>
  readonly states: SceneStates
  readonly store: JobStore
}

/** One query of Stash; those beyond it are looked at after the next probe. */
const atOnce = 100
/** Of scenes changed while the baseline is read, as many are read whole; the daily comparison finds what later ones hide. */
export const mostYoung = 1_000

/** Returns how many scenes were enqueued. */
export async function lookAgain(deps: YoungScenesDeps, signal: AbortSignal): Promise<Result<number>> {
  const { stash, states, store } = deps
  const due = states
    .young(atOnce)
    .filter(({ sceneId, version }) => !isYoung(version, stash.now()) && !store.isQueued('scene', sceneId))
  if (due.length === 0) return ok(0)
  const read = await stash.scenes(
    due.map(({ sceneId }) => sceneId),
    signal,
  )
  if (!read.ok) return read
  let enqueued = 0
  for (const young of due) {
    const scene = read.value.get(young.sceneId)
    // Gone, or with another stamp: those are found without this.
    const isSame = scene === undefined || scene.updatedAt !== young.version || sceneKey(scene) === young.key
    const changed = isSame ? await hasAnotherCover(young, scene !== undefined, deps, signal) : ok(true)
    if (!changed.ok) return changed
    if (signal.aborted) return fail('cancelled', 'Cancelled')
    store.inTransaction(() => {
      states.grown(young.sceneId)
      if (!changed.value) return
      store.enqueue({ kind: 'scene', subjectId: young.sceneId, fields: null, origin: 'sweep', force: true }, 0)
      enqueued += 1
    })
  }
  return ok(enqueued)
}

/** A cover that was looked at is asked for by its tag, which costs Stash no transfer. */
async function hasAnotherCover(
  { sceneId, cover }: YoungScene,
  exists: boolean,
  { stash }: YoungScenesDeps,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  if (!exists || cover.version === '') return ok(false)
  const asked = await stash.cover(sceneId, cover.etag, signal)
  // A cover that cannot be read is the next job's fault, not this look's.
  if (!asked.ok) return asked.fault.code === 'rejected' || asked.fault.code === 'bad_answer' ? ok(false) : asked
  return ok(asked.value.status === 'image' || (asked.value.status === 'none' && cover.sha1 !== ''))
}

/** What shows a later change in the same second, of those scenes whose stamp proves nothing yet. */
export async function youngKeys(
  scenes: readonly SceneSeen[],
  most: number,
  stash: Pick<StashClient, 'now' | 'scenes'>,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<SceneId, string>>> {
  const now = stash.now()
  const young = scenes.filter(({ updatedAt }) => isYoung(updatedAt, now)).map(({ id }) => id)
  if (young.length === 0 || most <= 0) return ok(new Map())
  const read = await stash.scenes(young.slice(0, most), signal)
  return read.ok ? ok(new Map([...read.value.values()].map((scene) => [scene.id, sceneKey(scene)]))) : read
}

/** Enqueues scenes that were found changed: each state of a scene once, whichever way it was found. */
import type { Settings } from '../../../shared/settings.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { SceneSeen } from '../sync/scene-state.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { SweepState } from './sweep-state.ts'

export interface ChangedScenesDeps {
  readonly stash: Pick<StashClient, 'now'>
  readonly states: SceneStates
  readonly progress: SweepState
  readonly store: JobStore
  readonly deadLetters: Pick<DeadLetters, 'has'>
  readonly settings: () => Settings
}

export interface Enqueued {
  /** The rest waits already, has been handled, or was enqueued before. */
  readonly enqueued: number
  /** A job of one of them is in progress and may have read an older state: it must be looked at again. */
  readonly isOpen: boolean
}

/** Scenes per commit. */
const sliceSize = 200

export class ChangedScenes {
  readonly #deps: ChangedScenesDeps

  constructor(deps: ChangedScenesDeps) {
    this.#deps = deps
  }

  async enqueue(scenes: readonly SceneSeen[], signal: AbortSignal): Promise<Enqueued> {
    let enqueued = 0
    let isOpen = false
    for (let from = 0; from < scenes.length && !signal.aborted; from += sliceSize) {
      this.#deps.store.inTransaction(() => {
        for (const scene of scenes.slice(from, from + sliceSize)) {
          const end = this.#enqueueOne(scene)
          if (end === 'enqueued') enqueued += 1
          else if (end === 'in_progress') isOpen = true
        }
      })
      await yieldToEventLoop()
    }
    return { enqueued, isOpen }
  }

  #enqueueOne(scene: SceneSeen): 'enqueued' | 'known' | 'in_progress' {
    const { states, progress, store, deadLetters } = this.#deps
    const { id, updatedAt, filesKey } = scene
    const state = states.get(id)
    if (state?.handledVersion === updatedAt && (filesKey === null || state.filesKey === filesKey)) return 'known'
    const noted = progress.noted(id)
    if (isState(noted, scene)) return 'known'
    if (store.isQueued('scene', id)) {
      if (store.isInProgress('scene', id)) return 'in_progress'
      const tried = store.triedState('scene', id)
      // A waiting job reads the newest state when its time comes, which after a failed try may be minutes away.
      if (tried === null || isState(tried, scene)) return 'known'
    }
    const failedUnseen = deadLetters.has('scene', id) && state?.handling !== 'dead' && noted === null
    progress.note(id, filesKey === null ? updatedAt : `${updatedAt}#${filesKey}`)
    // Which state of it failed is not known (Stash or Plex failed before it was looked at): most likely this one.
    if (failedUnseen) return 'known'
    const job = { kind: 'scene', subjectId: id, fields: null, origin: 'sweep', isNews: true } as const
    store.enqueue(job, this.#quietMs(updatedAt))
    return 'enqueued'
  }

  /** The rest of the quiet time, counted from the change itself: a hook that comes now still finds the job waiting. */
  #quietMs(updatedAt: string): number {
    const quiet = this.#deps.settings().quiet_time * 1000
    const age = (this.#deps.stash.now() ?? Number.POSITIVE_INFINITY) - Date.parse(updatedAt)
    return age >= 0 && Number.isFinite(age) ? Math.max(0, quiet - age) : 0
  }
}

/** Whether a stored state is this one, as far as it was read. */
function isState(state: string | null, { updatedAt, filesKey }: SceneSeen): boolean {
  return filesKey === null ? state?.split('#')[0] === updatedAt : state === `${updatedAt}#${filesKey}`
}

/** A batch whose writes the ledger has noted. */
import type { SceneId } from '../../../shared/domain.ts'
import type { Ledger } from './ledger.ts'
import type { ScenePlan } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'

export interface Begun {
  readonly plans: ReadonlyMap<SceneId, ScenePlan>
  /** Scenes whose items another scene has written since they were planned. */
  readonly overtaken: ReadonlySet<SceneId>
  /** Covers as they were last seen. */
  readonly covers: ReadonlyMap<SceneId, Cover>
  /** Whether the pictures that uploads replace are noted. */
  readonly notesFormer: boolean
}

/** Up to this number of scenes in a batch: a whole library has no time for it. */
const mostWithFormerImages = 10

/** Notes all writes of a batch before the first of them. `jobs`: how many it has. */
export function begin(planned: readonly ScenePlan[], jobs: number, ledger: Pick<Ledger, 'begin' | 'covers'>): Begun {
  const plans = new Map<SceneId, ScenePlan>(planned.map((plan) => [plan.scene.id, plan]))
  const overtaken = ledger.begin(planned)
  const covers = ledger.covers([...plans.keys()])
  return { plans, overtaken, covers, notesFormer: jobs <= mostWithFormerImages }
}

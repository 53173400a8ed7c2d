/** What would happen to poster and art, for a dry run: decided as for a write, and nothing is uploaded or selected. */
import type { ImagePlan, ImagePlanner } from './image-plan.ts'
import type { Ledger } from './ledger.ts'
import type { PlannedItem, ScenePlan } from './scene-plan.ts'
import { noCover } from './scene-state.ts'

/** Each scene may cost a request to Stash for its cover, and one to Plex for the pictures of its item. */
export const mostWithImages = 50

export class PlannedImages {
  readonly #images: ImagePlanner
  readonly #ledger: Pick<Ledger, 'covers'>

  constructor(images: ImagePlanner, ledger: Pick<Ledger, 'covers'>) {
    this.#images = images
    this.#ledger = ledger
  }

  /** The plans with the changes of their images, for the first scenes. What cannot be read now is left out. */
  async addTo(plans: readonly ScenePlan[], signal: AbortSignal): Promise<readonly ScenePlan[]> {
    const looked = plans.slice(0, mostWithImages)
    const covers = this.#ledger.covers(looked.map(({ scene }) => scene.id))
    const shown: ScenePlan[] = []
    for (const plan of looked) {
      if (plan.kind !== 'planned') {
        shown.push(plan)
        continue
      }
      const { scene } = plan
      const cover = this.#images.cover(scene, covers.get(scene.id) ?? noCover, signal)
      const items: PlannedItem[] = []
      // As for a scene that the user asks for: what Plex shows is looked at though nothing seems to have changed.
      for (const planned of plan.items)
        items.push(withImages(planned, await this.#images.plan({ scene, planned, cover, looks: true }, signal)))
      shown.push({ ...plan, items })
    }
    return [...shown, ...plans.slice(mostWithImages)]
  }
}

function withImages(planned: PlannedItem, images: ImagePlan): PlannedItem {
  const { plan, item } = planned
  const changes = images.acts.map(({ field }) => ({
    field,
    before: (field === 'poster' ? item.thumb : item.art) || null,
    after: 'cover of the scene',
  }))
  return {
    ...planned,
    plan: { ...plan, changes: [...plan.changes, ...changes], kept: [...plan.kept, ...images.kept] },
  }
}

/** What would happen to poster and art, for a dry run: decided as for a write, and nothing is uploaded or selected. */
import type { StashScene } from '../../../shared/domain.ts'
import type { StashClient } from '../stash/client.ts'
import { CoverSource } from './cover.ts'
import { type ImagePlanDeps, planImages } from './image-plan.ts'
import type { Ledger } from './ledger.ts'
import type { PlannedItem, ScenePlan } from './scene-plan.ts'
import { noCover } from './scene-state.ts'

export interface PlannedImagesDeps {
  readonly images: ImagePlanDeps
  readonly stash: Pick<StashClient, 'cover' | 'groupImage'>
  readonly ledger: Pick<Ledger, 'covers'>
}

/** Each scene may cost a request to Stash for its cover, and one to Plex for the pictures of its item. */
export const mostWithImages = 50

/** The plans with the changes of their images, for the first scenes. What cannot be read now is left out. */
export async function withImages(
  plans: readonly ScenePlan[],
  deps: PlannedImagesDeps,
  signal: AbortSignal,
): Promise<readonly ScenePlan[]> {
  const looked = plans.slice(0, mostWithImages)
  const covers = deps.ledger.covers(looked.map(({ scene }) => scene.id))
  const shown: ScenePlan[] = []
  for (const plan of looked) {
    if (plan.kind !== 'planned') {
      shown.push(plan)
      continue
    }
    const cover = new CoverSource(plan.scene, covers.get(plan.scene.id) ?? noCover, deps.stash, signal)
    const items: PlannedItem[] = []
    for (const planned of plan.items) items.push(await withItemImages(plan.scene, planned, cover, deps, signal))
    shown.push({ ...plan, items })
  }
  return [...shown, ...plans.slice(mostWithImages)]
}

async function withItemImages(
  scene: StashScene,
  planned: PlannedItem,
  cover: CoverSource,
  deps: PlannedImagesDeps,
  signal: AbortSignal,
): Promise<PlannedItem> {
  const { plan, item } = planned
  // As for a scene that the user asks for: what Plex shows is looked at though nothing seems to have changed.
  const images = await planImages({ scene, planned, cover, looks: true }, deps.images, signal)
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

/** Shows what a sync would write, and writes nothing. */
import type { Handlers, ScenePlan, SyncSelection } from '../../../shared/contract.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import { mostWithImages, type PlannedImagesDeps, withImages } from '../sync/planned-images.ts'
import type { Planner } from '../sync/planner.ts'
import { type ScenePlan as PlannedScene, remarkOfUnwritten } from '../sync/scene-plan.ts'
import { selectedScenes } from './scene-selection.ts'

const plansAtOnce = 50
const scenesPerPage = 200

export interface PlanDeps {
  readonly stash: Pick<StashClient, 'scenePage' | 'scenes' | 'scenesAfter' | 'sceneStamps'>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly planner: Planner
  readonly images: PlannedImagesDeps
  readonly clock: Clock
}

export function planHandlers(deps: PlanDeps): Pick<Handlers, 'planScenes'> {
  return {
    planScenes: ({ selection, limit, after }, signal) =>
      selection.scope === 'all'
        ? planAll({ limit, after: Number(after ?? 0) }, deps, signal)
        : planScenes(selection, limit, deps, signal),
  }
}

/** By id, so that a scene that is deleted between two portions hides no other one. */
async function planAll(
  { limit = Number.POSITIVE_INFINITY, after }: { readonly limit: number | undefined; readonly after: number },
  { stash, identities, planner, images }: PlanDeps,
  signal: AbortSignal,
): ReturnType<Handlers['planScenes']> {
  const known = await identities.ensurePlex(signal)
  if (!known.ok) return known
  const plans: ScenePlan[] = []
  let last = after
  for (let room = limit; room > 0; ) {
    const asked = Math.min(room, scenesPerPage)
    const page = await stash.scenesAfter({ after: last, since: null, limit: asked }, signal)
    if (!page.ok) return page
    const { scenes } = page.value
    for (let from = 0; from < scenes.length; from += plansAtOnce) {
      const prepared = await planner.plan(scenes.slice(from, from + plansAtOnce), signal)
      if (!prepared.ok) return prepared
      const few = limit <= mostWithImages
      plans.push(...(few ? await withImages(prepared.value, images, signal) : prepared.value).flatMap(planRows))
    }
    const end = scenes.at(-1)
    if (end === undefined || scenes.length < asked) return ok({ plans, next: null })
    last = Number(end.id)
    room -= scenes.length
  }
  return ok({ plans, next: String(last) })
}

async function planScenes(
  selection: SyncSelection,
  limit: number | undefined,
  { stash, identities, planner, images, clock }: PlanDeps,
  signal: AbortSignal,
): ReturnType<Handlers['planScenes']> {
  const known = await identities.ensurePlex(signal)
  if (!known.ok) return known
  const plans: ScenePlan[] = []
  for await (const page of selectedScenes(selection, stash, clock, signal)) {
    if (!page.ok) return page
    for (let from = 0; from < page.value.length; from += plansAtOnce) {
      const room = limit === undefined ? plansAtOnce : Math.min(plansAtOnce, limit - plans.length)
      if (room <= 0) return ok({ plans, next: null })
      const prepared = await planner.plan(page.value.slice(from, from + room), signal)
      if (!prepared.ok) return prepared
      const isFirst = plans.length === 0
      plans.push(...(isFirst ? await withImages(prepared.value, images, signal) : prepared.value).flatMap(planRows))
    }
  }
  return ok({ plans, next: null })
}

/** One row per item that would be written; one with the reason where none would. */
export function planRows(planned: PlannedScene): ScenePlan[] {
  const { scene, decision } = planned
  const common = {
    scene_id: scene.id,
    title: scene.title,
    confidence: decision?.confidence ?? ('none' as const),
  }
  if (planned.kind === 'planned')
    return planned.items.map(({ target, plan }) => ({
      ...common,
      rating_key: target.ratingKey,
      changes: [...plan.changes],
      kept: [...plan.kept],
      reason: null,
    }))
  const remark = remarkOfUnwritten(planned)
  return [{ ...common, rating_key: null, changes: [], kept: [], reason: englishRemark(remark), ...remark }]
}

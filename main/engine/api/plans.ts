/** Shows what a sync would write, and writes nothing. */
import type { ParsedRequestOf, ResponseOf, ScenePlan } from '../../../shared/contract.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import { mostWithImages, type PlannedImages } from '../sync/planned-images.ts'
import type { Planner } from '../sync/planner.ts'
import { type ScenePlan as PlannedScene, remarkOfUnwritten } from '../sync/scene-plan.ts'
import type { TaskRun } from '../task-run.ts'
import type { LongWork } from '../tasks/long-kinds.ts'
import { idsPerRequest, noSuchScenes, selectedIds } from './scene-selection.ts'

const plansAtOnce = idsPerRequest
const scenesPerPage = 200

export interface PlanDeps {
  readonly stash: Pick<StashClient, 'scenePage' | 'scenes' | 'scenesAfter' | 'sceneStamps'>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly planner: Planner
  readonly images: PlannedImages
  readonly clock: Clock
}

type Portion = ParsedRequestOf<'planScenes'>
type Planned = Result<ResponseOf<'planScenes'>>
type Run = Pick<TaskRun, 'signal' | 'progress'>

export function planWork(deps: PlanDeps): Pick<LongWork, 'planScenes'> {
  return {
    planScenes: (portion, run) =>
      portion.selection.scope === 'all'
        ? planAll({ limit: portion.limit, after: Number(portion.after ?? 0) }, deps, run)
        : planSome(portion, deps, run),
  }
}

/** By id, so that a scene that is deleted between two portions hides no other one. */
async function planAll(
  { limit = Number.POSITIVE_INFINITY, after }: { readonly limit: number | undefined; readonly after: number },
  { stash, identities, planner, images }: PlanDeps,
  { signal, progress }: Run,
): Promise<Planned> {
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
      plans.push(...(few ? await images.addTo(prepared.value, signal) : prepared.value).flatMap(planRows))
    }
    const end = scenes.at(-1)
    if (end === undefined || scenes.length < asked) return ok({ plans, next: null })
    last = Number(end.id)
    room -= scenes.length
    progress(limit - room, Number.isFinite(limit) ? limit : null)
  }
  return ok({ plans, next: String(last) })
}

/** Recent scenes by id too, so that one that changes between two portions is in neither twice. */
async function planSome(
  { selection, limit, after }: Portion,
  { stash, identities, planner, images, clock }: PlanDeps,
  { signal, progress }: Run,
): Promise<Planned> {
  const known = await identities.ensurePlex(signal)
  if (!known.ok) return known
  const selected = await selectedIds(selection, stash, clock, signal)
  if (!selected.ok) return selected
  const ascending =
    selection.scope === 'recent' ? selected.value.toSorted((a, b) => Number(a) - Number(b)) : selected.value
  const left = after === undefined ? ascending : ascending.filter((id) => Number(id) > Number(after))
  const ids = left.slice(0, limit)
  const plans: ScenePlan[] = []
  for (let from = 0; from < ids.length; from += plansAtOnce) {
    progress(from, ids.length)
    const scenes = await stash.scenes(ids.slice(from, from + plansAtOnce), signal)
    if (!scenes.ok) return scenes
    const prepared = await planner.plan([...scenes.value.values()], signal)
    if (!prepared.ok) return prepared
    plans.push(...(from === 0 ? await images.addTo(prepared.value, signal) : prepared.value).flatMap(planRows))
  }
  if (selection.scope === 'scenes' && plans.length === 0) return noSuchScenes(ids)
  progress(ids.length, ids.length)
  return ok({ plans, next: selection.scope === 'recent' && ids.length < left.length ? (ids.at(-1) ?? null) : null })
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

import type { EnqueueReport, Handlers, ScenePlan, SyncSelection } from '../../../shared/contract.ts'
import type { StashScene } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { hasMetadata } from '../merge/desired.ts'
import type { Services } from '../services.ts'
import { mostWithImages, type PlannedImagesDeps, withImages } from '../sync/planned-images.ts'
import { type ScenePlan as PlannedScene, remarkOfUnwritten } from '../sync/planner.ts'
import { selectedScenes } from './scene-selection.ts'

const plansAtOnce = 50
const scenesPerPage = 200

export function syncHandlers(
  services: Services,
  images: PlannedImagesDeps,
): Pick<Handlers, 'enqueueScenes' | 'planScenes'> {
  return {
    enqueueScenes: (selection, signal) => enqueueByReading(services, selection, signal),
    planScenes: ({ selection, limit, after }, signal) =>
      selection.scope === 'all'
        ? planAll(services, images, { limit, after: Number(after ?? 0) }, signal)
        : planScenes(services, images, selection, limit, signal),
  }
}

/** Puts the scenes into the queue, as they are in Stash; no state of an earlier run keeps one of them out. */
export async function enqueueByReading(
  services: Services,
  selection: SyncSelection,
  signal: AbortSignal,
  onProgress: (scenes: number) => void = () => {},
): Promise<Result<EnqueueReport>> {
  const report = { scenes: 0, enqueued: 0, skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 } }
  for await (const page of selectedScenes(selection, services.stash, services.ports.clock, signal)) {
    if (!page.ok) return page
    services.store.inTransaction(() => {
      for (const scene of page.value) enqueue(services, scene, selection.scope === 'scenes', report)
    })
    services.worker.wake()
    services.events.statusChanged()
    onProgress(report.scenes)
  }
  return ok(report)
}

function enqueue(
  services: Services,
  scene: StashScene,
  byId: boolean,
  report: { scenes: number; enqueued: number; skipped: EnqueueReport['skipped'] },
): void {
  report.scenes += 1
  if (scene.files.length === 0) report.skipped.no_file += 1
  else if (!hasMetadata(scene)) report.skipped.no_metadata += 1
  else if (isHeldBack(services, scene)) report.skipped.filtered += 1
  else if (
    services.store.enqueue(
      // Asked for by its id: the one write that needs no consent to any other.
      { kind: 'scene', subjectId: scene.id, fields: null, origin: 'manual', force: byId, explicit: byId },
      0,
    ) === 'queued'
  )
    report.enqueued += 1
  else report.skipped.already_queued += 1
}

/** No library is written with this scene, by settings such as only_organized. */
function isHeldBack({ settings, desired }: Services, scene: StashScene): boolean {
  return [settings.settings(), ...settings.ofLibraries()].every((one) => {
    const outcome = desired.of(scene, one)
    return outcome.kind === 'gated' && outcome.gate !== 'no_metadata'
  })
}

/** By id, so that a scene that is deleted between two portions hides no other one. */
async function planAll(
  services: Services,
  images: PlannedImagesDeps,
  { limit = Number.POSITIVE_INFINITY, after }: { readonly limit: number | undefined; readonly after: number },
  signal: AbortSignal,
): ReturnType<Handlers['planScenes']> {
  const known = await services.identities.ensurePlex(signal)
  if (!known.ok) return known
  const plans: ScenePlan[] = []
  let last = after
  for (let room = limit; room > 0; ) {
    const asked = Math.min(room, scenesPerPage)
    const page = await services.stash.scenesAfter({ after: last, since: null, limit: asked }, signal)
    if (!page.ok) return page
    const { scenes } = page.value
    for (let from = 0; from < scenes.length; from += plansAtOnce) {
      const prepared = await services.planner.plan(scenes.slice(from, from + plansAtOnce), signal)
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
  services: Services,
  images: PlannedImagesDeps,
  selection: SyncSelection,
  limit: number | undefined,
  signal: AbortSignal,
): ReturnType<Handlers['planScenes']> {
  const known = await services.identities.ensurePlex(signal)
  if (!known.ok) return known
  const plans: ScenePlan[] = []
  for await (const page of selectedScenes(selection, services.stash, services.ports.clock, signal)) {
    if (!page.ok) return page
    for (let from = 0; from < page.value.length; from += plansAtOnce) {
      const room = limit === undefined ? plansAtOnce : Math.min(plansAtOnce, limit - plans.length)
      if (room <= 0) return ok({ plans, next: null })
      const prepared = await services.planner.plan(page.value.slice(from, from + room), signal)
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

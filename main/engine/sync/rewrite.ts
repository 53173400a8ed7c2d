/**
 * What a change of settings does to the library: how many items it would change, and the rewrite of those that differ.
 * Stash is read page by page; Plex is asked only for items that a preview has to show.
 */
import * as z from 'zod'
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type CollectionMarks, namesOf, wantsArt } from '../collections/collection-marks.ts'
import type { Target } from '../match/decision.ts'
import type { Matcher } from '../match/matcher.ts'
import { posterRules } from '../posters/recipe.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { TaskRun } from '../task-run.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { DesiredValues, SettingsFor } from './desired-values.ts'
import { desiredKey, type ItemsInSync } from './items-in-sync.ts'
import type { Planner } from './planner.ts'
import type { RulesHistory } from './rules-history.ts'
import type { PlannedItem, ScenePlan } from './scene-plan.ts'

export interface RewriteDeps {
  readonly stash: Pick<StashClient, 'scenesAfter'>
  readonly planning: { readonly matcher: Matcher; readonly desired: DesiredValues; readonly planner: Planner }
  readonly inSync: ItemsInSync
  readonly rules: RulesHistory
  readonly jobs: JobStore
  readonly collections: Pick<CollectionMarks, 'noteWritten'>
}

export interface ChangePreview {
  /** Items of Plex that a scene is matched with. */
  readonly items: number
  /** Those of them that would be written. */
  readonly changed: number
  /** Collections that would get text and poster, and do not under the settings in force. */
  readonly collections: number
  readonly sample: readonly ScenePlan[]
}

const scenesPerPage = 500
const scenesPerPlan = 50
const sampleSize = 20

/** What would be written under these settings, beside what is in sync under those in force. */
export async function previewChange(
  settingsFor: SettingsFor,
  deps: RewriteDeps,
  { signal, progress }: Pick<TaskRun, 'signal' | 'progress'>,
): Promise<Result<ChangePreview>> {
  let [items, changed, done] = [0, 0, 0]
  const sample: ScenePlan[] = []
  const collections = new Set<string>()
  const ready = await deps.planning.matcher.library.ready(signal)
  if (!ready.ok) return ready
  for await (const page of pages(0, deps, signal)) {
    if (!page.ok) return page
    const { scenes, left } = page.value
    progress(done, done + left)
    const touched: StashScene[] = []
    for (const scene of scenes) {
      const { targets } = deps.planning.matcher.match(scene)
      items += targets.length
      for (const { sectionId } of targets) {
        const settings = settingsFor(sectionId)
        if (!wantsArt({ settings }) || wantsArt({ settings: deps.planning.desired.settingsFor(sectionId) })) continue
        for (const [key, { origin }] of namesOf([{ scene, sectionId, settings }]))
          if (origin !== null) collections.add(`${sectionId} ${key}`)
      }
      if (targets.some((target) => differs(scene, target, settingsFor, deps))) touched.push(scene)
    }
    for (let from = 0; from < touched.length; from += scenesPerPlan) {
      const plans = await deps.planning.planner.plan(touched.slice(from, from + scenesPerPlan), signal, settingsFor)
      if (!plans.ok) return plans
      for (const plan of plans.value) {
        if (plan.kind !== 'planned') continue
        const written = plan.items.map((item) => withPoster(item, deps)).filter((item) => item.plan.changes.length > 0)
        changed += written.length
        if (written.length > 0 && sample.length < sampleSize) sample.push({ ...plan, items: written })
      }
    }
    done += scenes.length
    progress(done, done + left - scenes.length)
  }
  return ok({ items, changed, collections: collections.size, sample })
}

const memoSchema = z.object({
  /** The scene that was looked at last. */
  after: z.number(),
  done: z.number(),
  report: z.object({ scenes: z.number(), enqueued: z.number(), alreadyQueued: z.number() }),
})

/**
 * Enqueues the scenes of all items that differ by the settings in force, each page in one transaction with the place to
 * continue from: a restart neither forgets nor repeats any. Returns how many it found and enqueued.
 */
export async function enqueueRewrite(
  deps: RewriteDeps,
  run: Pick<TaskRun, 'signal' | 'progress' | 'memo' | 'remember'>,
): Promise<Result<z.infer<typeof memoSchema>['report']>> {
  const { signal, progress, remember } = run
  const kept = memoSchema.safeParse(run.memo)
  const memo = kept.success ? kept.data : { after: 0, done: 0, report: { scenes: 0, enqueued: 0, alreadyQueued: 0 } }
  const { report } = memo
  const ready = await deps.planning.matcher.library.ready(signal)
  if (!ready.ok) return ready
  for await (const page of pages(memo.after, deps, signal)) {
    if (!page.ok) return page
    const { scenes, left } = page.value
    progress(memo.done, memo.done + left)
    const due: SceneId[] = []
    for (const scene of scenes) {
      const { targets } = deps.planning.matcher.match(scene)
      if (targets.some((target) => differs(scene, target, deps.planning.desired.settingsFor, deps))) due.push(scene.id)
      else {
        for (const target of targets) restamp(target, deps)
        // What is written already is told here; what is due tells it when it is written.
        deps.collections.noteWritten(
          targets.map(({ sectionId }) => ({
            scene,
            sectionId,
            settings: deps.planning.desired.settingsFor(sectionId),
          })),
        )
      }
    }
    report.scenes += due.length
    memo.done += scenes.length
    memo.after = Number(scenes.at(-1)?.id ?? memo.after)
    deps.jobs.inTransaction(() => {
      for (const subjectId of due)
        if (deps.jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'manual' }, 0) === 'queued')
          report.enqueued += 1
        else report.alreadyQueued += 1
      remember(memo)
    })
    progress(memo.done, memo.done + left - scenes.length)
  }
  return ok(report)
}

/** The item is written under these settings and was in sync under others, with another result. */
function differs(scene: StashScene, target: Target, settingsFor: SettingsFor, deps: RewriteDeps): boolean {
  const settings = settingsFor(target.sectionId)
  const outcome = deps.planning.desired.of(scene, settings)
  if (outcome.kind !== 'wanted') return false
  const known = deps.inSync.get(target.ratingKey, target.file)
  if (known === null) return true
  return known.wanted !== desiredKey(outcome.wanted, settings) || hasOtherPosters(known.rules, settings, deps)
}

/** Posters look different under these settings than under those by which the item was written. */
function hasOtherPosters(rules: string | null, settings: Settings, deps: RewriteDeps): boolean {
  if (rules === null || !settings.sync_poster) return false
  const former = deps.rules.settingsOf(rules, settings)
  return former !== null && posterRules(former) !== posterRules(settings)
}

/** The plan with the poster that it would change: plans are of fields, and pictures are decided when they are written. */
function withPoster(item: PlannedItem, deps: RewriteDeps): PlannedItem {
  const { target, settings, plan, record } = item
  const known = deps.inSync.get(target.ratingKey, target.file)
  const isOurs = record?.base.poster !== undefined || settings.poster_from_group
  if (!isOurs || known === null || !hasOtherPosters(known.rules, settings, deps)) return item
  const poster = { field: 'poster' as const, before: item.item.thumb || null, after: 'cover of the scene' }
  return { ...item, plan: { ...plan, changes: [...plan.changes, poster] } }
}

function restamp(target: Target, { inSync, rules, planning }: RewriteDeps): void {
  const known = inSync.get(target.ratingKey, target.file)
  const id = rules.idOf(planning.desired.settingsFor(target.sectionId))
  if (known !== null && known.rules !== id) inSync.underRules(target.ratingKey, id)
}

interface Page {
  readonly scenes: readonly StashScene[]
  /** How many scenes there are from this page on. */
  readonly left: number
}

async function* pages(first: number, deps: RewriteDeps, signal: AbortSignal): AsyncGenerator<Result<Page>> {
  for (let after = first; ; ) {
    const page = await deps.stash.scenesAfter({ after, since: null, limit: scenesPerPage }, signal)
    if (!page.ok) return yield page
    const { scenes, count } = page.value
    for (let from = 0; from < scenes.length; from += scenesPerPlan) {
      if (signal.aborted) return yield fail('cancelled', 'Stopped')
      yield ok({ scenes: scenes.slice(from, from + scenesPerPlan), left: Math.max(count, scenes.length) - from })
      await yieldToEventLoop()
    }
    const last = scenes.at(-1)
    if (scenes.length < scenesPerPage || last === undefined) return
    after = Number(last.id)
  }
}

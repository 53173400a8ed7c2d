/**
 * From scenes as Stash has them to plans: wanted values, match, the item as Plex has it, three-way merge. Writes nothing,
 * so a dry run is this without `apply`.
 *
 * Past 200 lines because the steps share what they learn of each scene; each step is one function.
 */
import type { Candidate, PlexItem, RatingKey, SceneFile, SceneId, StashScene } from '../../../shared/domain.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type Decision, decide, type Target } from '../match/decision.ts'
import type { Library } from '../match/library.ts'
import type { PartIndex } from '../match/part-index.ts'
import { pathKey } from '../match/path-key.ts'
import type { PathRules } from '../match/path-rules.ts'
import type { Picks } from '../match/picks.ts'
import { type Desired, desiredOf } from '../merge/desired.ts'
import { type ItemPlan, planItem } from '../merge/plan.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Logger } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { SceneStates } from './scene-state.ts'
import type { SummaryLimit } from './summary-limit.ts'
import type { SyncItem, SyncItems } from './sync-items.ts'

export interface PlannerDeps {
  readonly stash: Pick<StashClient, 'scenes'>
  readonly plex: Pick<PlexClient, 'items'>
  readonly library: Library
  readonly index: PartIndex
  readonly picks: Picks
  readonly rules: () => PathRules
  readonly settings: () => Settings
  readonly items: SyncItems
  readonly states: SceneStates
  readonly summaryLimit: SummaryLimit
  readonly logger: Logger
  /** Address of a performer's photo that needs no key; null where there is none. */
  readonly photoOf: (performerId: string) => string | null
}

export interface PlannedItem {
  readonly target: Target
  readonly wanted: Desired
  readonly item: PlexItem
  readonly known: SyncItem | null
  /** Whose item it was when that scene was asked for: this scene's, or another's that has let go of it. */
  readonly owner: SceneId
  readonly plan: ItemPlan
}

export type Prepared = { readonly scene: StashScene; readonly decision: Decision | null } & (
  | { readonly kind: 'planned'; readonly items: readonly PlannedItem[] }
  /** Not written on purpose; a finished disposition. */
  | { readonly kind: 'gated'; readonly reason: string }
  | {
      readonly kind: 'failed'
      readonly fault: Fault
      readonly path: string | null
      readonly candidates: readonly Candidate[]
    }
)

const itemsPerRequest = 50
/** Matching a scene reads the index several times: hooks that come in meanwhile must not wait for the whole batch. */
const decisionsPerTurn = 10

/** Plans for all scenes, in their order. A fault is one of the server: it concerns them all. */
export async function prepare(
  scenes: readonly StashScene[],
  deps: PlannerDeps,
  signal: AbortSignal,
): Promise<Result<Prepared[]>> {
  const settings = deps.settings()
  const wanted = new Map<SceneId, Desired>()
  const done = new Map<SceneId, Prepared>()
  for (const scene of scenes) {
    const outcome = desiredOf(scene, settings, deps.photoOf)
    if (outcome.kind === 'wanted') wanted.set(scene.id, fitting(outcome.wanted, deps.summaryLimit))
    else if (outcome.kind === 'gated')
      done.set(scene.id, { kind: 'gated', scene, decision: null, reason: outcome.reason })
    else done.set(scene.id, { kind: 'failed', scene, decision: null, fault: outcome.fault, path: null, candidates: [] })
  }

  const open = scenes.filter((scene) => wanted.has(scene.id))
  if (open.length > 0) {
    const found = await matchAndRead(open, deps, signal)
    if (!found.ok) return found
    // Reading fifty items took its time. Here and not later: who owns an item must still be true when it is planned.
    await yieldToEventLoop()
    const rivals = await rivalsOf(found.value.decisions, deps, signal)
    if (!rivals.ok) return rivals
    const { owners, taken } = rivals.value
    const writers = new Map<RatingKey, SceneId>(taken)
    for (const scene of open) {
      const decision = found.value.decisions.get(scene.id)
      const sceneWanted = wanted.get(scene.id)
      if (decision === undefined || sceneWanted === undefined) continue
      done.set(
        scene.id,
        planScene({ scene, wanted: sceneWanted, decision, read: found.value.items, owners, writers, settings, deps }),
      )
    }
  }
  return ok(scenes.flatMap((scene) => done.get(scene.id) ?? []))
}

/** What can be sent: a summary that the way to Plex refuses is cut before it is compared. */
export function fitting(wanted: Desired, limit: SummaryLimit): Desired {
  const { summary } = wanted.scalars
  return summary === undefined ? wanted : { ...wanted, scalars: { ...wanted.scalars, summary: limit.fit(summary) } }
}

interface Found {
  readonly decisions: ReadonlyMap<SceneId, Decision>
  readonly items: ReadonlyMap<RatingKey, PlexItem>
}

/**
 * Matches the scenes and reads their items. Where an item is gone or plays another file by now, the index was stale: it
 * is corrected and those scenes are matched once more.
 */
async function matchAndRead(
  scenes: readonly StashScene[],
  deps: PlannerDeps,
  signal: AbortSignal,
): Promise<Result<Found>> {
  const decisions = new Map<SceneId, Decision>()
  const items = new Map<RatingKey, PlexItem>()
  let open = scenes
  for (const round of ['first', 'second']) {
    const matched = await matchAll(open, deps, signal)
    if (!matched.ok) return matched
    for (const [id, decision] of matched.value) decisions.set(id, decision)
    const read = await readItems([...matched.value.values()], deps, signal)
    if (!read.ok) return read
    for (const [key, item] of read.value) items.set(key, item)
    const stale = [...matched.value.values()]
      .flatMap((decision) => decision.targets)
      .filter((target) => !plays(items.get(target.ratingKey), target))
    for (const target of stale) deps.index.removeItem(target.ratingKey)
    open = open.filter((scene) => decisions.get(scene.id)?.targets.some((target) => stale.includes(target)))
    if (open.length === 0 || round === 'second') break
  }
  return ok({ decisions, items })
}

function plays(item: PlexItem | undefined, target: Target): item is PlexItem {
  return item?.files.some((file) => pathKey(file) === pathKey(target.file)) ?? false
}

/** Decisions for all scenes; what is not surely found is looked for in Plex itself once. */
async function matchAll(
  scenes: readonly StashScene[],
  deps: PlannerDeps,
  signal: AbortSignal,
): Promise<Result<Map<SceneId, Decision>>> {
  const ready = await deps.library.ready(signal)
  if (!ready.ok) return ready
  const decisions = new Map<SceneId, Decision>()
  for (const [at, scene] of scenes.entries()) {
    if (at % decisionsPerTurn === 0) await yieldToEventLoop()
    decisions.set(scene.id, decideScene(scene, deps))
  }
  const missed = scenes.filter((scene) => decisions.get(scene.id)?.confidence !== 'high')
  if (missed.length > 0) {
    const looked = await deps.library.lookFor(
      missed.flatMap((scene) => scene.files.map((file) => file.path)),
      signal,
    )
    if (!looked.ok) return looked
    for (const scene of missed) decisions.set(scene.id, decideScene(scene, deps))
  }
  return ok(decisions)
}

export function decideScene(scene: { readonly files: readonly SceneFile[] }, deps: PlannerDeps): Decision {
  return decide({
    files: scene.files,
    rules: deps.rules(),
    lookup: deps.index,
    sections: deps.library.sections,
    picks: deps.picks,
    strict: deps.settings().strict_matching,
  })
}

/** The items of all targets, in lists of 50; items that are gone are absent. */
async function readItems(
  decisions: readonly Decision[],
  deps: PlannerDeps,
  signal: AbortSignal,
): Promise<Result<Map<RatingKey, PlexItem>>> {
  const keys = [...new Set(decisions.flatMap((decision) => decision.targets.map((target) => target.ratingKey)))]
  const items = new Map<RatingKey, PlexItem>()
  for (let from = 0; from < keys.length; from += itemsPerRequest) {
    const chunk = keys.slice(from, from + itemsPerRequest)
    const read = await deps.plex.items(chunk, signal)
    if (!read.ok) return read
    for (const [key, item] of read.value) items.set(key, item)
  }
  return ok(items)
}

interface SceneToPlan {
  readonly scene: StashScene
  readonly wanted: Desired
  readonly decision: Decision
  readonly read: ReadonlyMap<RatingKey, PlexItem>
  /** Which scene of this batch, or an earlier one, writes which item. */
  readonly writers: Map<RatingKey, SceneId>
  readonly owners: Rivals['owners']
  readonly settings: Settings
  readonly deps: PlannerDeps
}

function planScene({ scene, wanted, decision, read, owners, writers, settings, deps }: SceneToPlan): Prepared {
  const path = scene.files[0]?.path ?? null
  const failed = (fault: Fault): Prepared => ({
    kind: 'failed',
    scene,
    decision,
    fault,
    path,
    candidates: decision.candidates,
  })
  if (decision.fault !== null) return failed(fail(decision.fault, decision.message).fault)

  const planned: PlannedItem[] = []
  for (const target of decision.targets) {
    const item = read.get(target.ratingKey)
    // The last guard before a write: the item, as Plex has it now, must still play this very file.
    if (!plays(item, target)) continue
    const known = deps.items.get(target.ratingKey)
    const writer = otherWriter(target, scene.id, writers, deps)
    if (writer !== null)
      return failed(
        fail('item_taken', `Scene ${writer} already writes to the Plex item ${target.ratingKey} of '${target.file}'`)
          .fault,
      )
    writers.set(target.ratingKey, scene.id)
    const plan = planItem({
      wanted,
      item,
      base: known?.base ?? null,
      pending: known?.pending ?? null,
      settings,
    })
    planned.push({ target, wanted, item, known, owner: owners.get(target.ratingKey) ?? scene.id, plan })
  }
  if (planned.length === 0)
    return failed(fail('item_gone', `The Plex item of '${path ?? ''}' is gone or plays another file now`).fault)
  return { kind: 'planned', scene, decision, items: planned }
}

interface Rivals {
  /** Items that another scene has written to. */
  readonly owners: ReadonlyMap<RatingKey, SceneId>
  /** Those of them that still belong to it. */
  readonly taken: ReadonlyMap<RatingKey, SceneId>
}

/**
 * Which of the items already belong to another scene. That scene is asked for: it may have been deleted or merged away
 * without a word, or its file may belong to somebody else by now, and nobody has to decide about an item that is free.
 */
async function rivalsOf(
  decisions: ReadonlyMap<SceneId, Decision>,
  deps: PlannerDeps,
  signal: AbortSignal,
): Promise<Result<Rivals>> {
  const owners = new Map<RatingKey, SceneId>()
  for (const [sceneId, { targets }] of decisions)
    for (const { ratingKey } of targets) {
      const owner = deps.items.get(ratingKey)?.sceneId ?? sceneId
      if (owner !== sceneId) owners.set(ratingKey, owner)
    }
  const taken = new Map(owners)
  if (owners.size === 0) return ok({ owners, taken })
  const read = await deps.stash.scenes([...new Set(owners.values())], signal)
  if (!read.ok) return read
  for (const [ratingKey, owner] of owners) {
    const scene = read.value.get(owner)
    const stillPlays =
      scene !== undefined && decideScene(scene, deps).targets.some((target) => target.ratingKey === ratingKey)
    if (!stillPlays) taken.delete(ratingKey)
  }
  return ok({ owners, taken })
}

/** Another scene that writes to this item; a pick by a person hands the item over. */
function otherWriter(
  target: Target,
  sceneId: SceneId,
  writers: ReadonlyMap<RatingKey, SceneId>,
  deps: PlannerDeps,
): SceneId | null {
  if (deps.picks.find(target.scenePath) === target.ratingKey) return null
  const writer = writers.get(target.ratingKey)
  return writer === undefined || writer === sceneId ? null : writer
}

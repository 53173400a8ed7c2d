/** Takes open plays to their outcome: resolved, told apart, and added to Stash, or the reason why not. */
import type { RatingKey, SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { SceneAdds } from './add-plays.ts'
import { decidePlays, type KnownPlay, windowOf } from './dedupe.ts'
import type { Link, Links } from './links.ts'
import type { Play } from './play.ts'
import { type ResolveDeps, resolveItem } from './resolve.ts'
import type { Steps } from './steps.ts'

/** The plays that wait, from the table or, in a dry run, from memory. */
export interface OpenPlays {
  items(): readonly RatingKey[]
  of(ratingKeys: readonly RatingKey[]): readonly Play[]
}

/** What is done with the verdicts: stored and written, or only counted. */
export interface PlayEffects {
  known(sceneId: SceneId, ratingKeys: readonly RatingKey[]): readonly KnownPlay[]
  park(play: Play, reason: 'no_scene' | 'unsure_match'): void
  skip(play: Play, reason: 'duplicate' | 'already_in_stash' | 'ambiguous', sceneId: SceneId | null): void
  /** A fault is the server's: what has not been begun stays open. `onScene` is called for each scene that is done. */
  add(batch: readonly SceneAdds[], signal: AbortSignal, onScene: (scene: WatchedScene) => void): Promise<Result<void>>
  rivalLapsed(ratingKey: RatingKey, sceneId: SceneId): void
}

export interface SettleDeps extends ResolveDeps {
  readonly server: string
  readonly links: Pick<Links, 'of' | 'itemsOf'>
  readonly watching: Pick<StashWatching, 'scenes'>
  /** Seconds; null if Plex does not know. */
  readonly durationOf: (ratingKey: RatingKey) => number | null
  readonly steps: Pick<Steps, 'expect' | 'did'>
}

const scenesPerStep = 50
const linksPerTurn = 200

export async function settlePlays(
  open: OpenPlays,
  effects: PlayEffects,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const linksOf = new Map<RatingKey, readonly Link[]>()
  const itemsOf = new Map<SceneId, RatingKey[]>()
  const items = open.items()
  deps.steps.expect(items.length)
  for (const [at, ratingKey] of items.entries()) {
    if (at % linksPerTurn === 0) await yieldToEventLoop()
    const links = deps.links.of(deps.server, ratingKey)
    const first = links[0]
    if (first === undefined) {
      for (const play of open.of([ratingKey])) effects.park(play, 'no_scene')
      deps.steps.did()
    } else {
      linksOf.set(ratingKey, links)
      itemsOf.set(first.sceneId, [...(itemsOf.get(first.sceneId) ?? []), ratingKey])
    }
  }
  const sceneIds = [...itemsOf.keys()]
  for (let from = 0; from < sceneIds.length; from += scenesPerStep) {
    const ratingKeys = sceneIds.slice(from, from + scenesPerStep).flatMap((id) => itemsOf.get(id) ?? [])
    const settled = await settleItems(ratingKeys, linksOf, open, effects, deps, signal)
    if (!settled.ok) return settled
  }
  return ok(undefined)
}

async function settleItems(
  ratingKeys: readonly RatingKey[],
  linksOf: ReadonlyMap<RatingKey, readonly Link[]>,
  open: OpenPlays,
  effects: PlayEffects,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const wanted = ratingKeys.flatMap((key) => (linksOf.get(key) ?? []).map(({ sceneId }) => sceneId))
  const scenes = await deps.watching.scenes(wanted, signal)
  if (!scenes.ok) return scenes
  const watched = new Map<WatchedScene, RatingKey[]>()
  for (const ratingKey of ratingKeys) {
    const { resolution, lapsed } = resolveItem(ratingKey, linksOf.get(ratingKey) ?? [], scenes.value, deps)
    for (const sceneId of lapsed) effects.rivalLapsed(ratingKey, sceneId)
    if (resolution.to === 'scene') watched.set(resolution.scene, [...(watched.get(resolution.scene) ?? []), ratingKey])
    else {
      for (const play of open.of([ratingKey])) {
        if (resolution.to === 'parked') effects.park(play, resolution.reason)
        else effects.skip(play, 'ambiguous', null)
      }
      deps.steps.did()
    }
  }
  const batch: SceneAdds[] = []
  for (const [scene, items] of watched) {
    await yieldToEventLoop()
    const plays = newPlays(scene, items, open, effects, deps)
    if (plays.length > 0) batch.push({ scene, plays })
    else deps.steps.did(items.length)
  }
  return effects.add(batch, signal, (scene) => deps.steps.did(watched.get(scene)?.length))
}

/** Tells the plays of a scene apart; returns those that Stash does not have. */
function newPlays(
  scene: WatchedScene,
  ratingKeys: readonly RatingKey[],
  open: OpenPlays,
  effects: PlayEffects,
  deps: SettleDeps,
): Play[] {
  const plays = open.of(ratingKeys)
  const items = new Set([...ratingKeys, ...deps.links.itemsOf(deps.server, scene.id)])
  const durations = ratingKeys.flatMap((key) => deps.durationOf(key) ?? [])
  const verdicts = decidePlays({
    open: plays,
    known: effects.known(scene.id, [...items]),
    stash: scene.plays,
    window: windowOf(durations[0] ?? scene.files.find(({ duration }) => duration !== null)?.duration ?? null),
  })
  const wanted: Play[] = []
  for (const play of plays) {
    const verdict = verdicts.get(play.id)
    if (verdict === 'add') wanted.push(play)
    else if (verdict !== undefined) effects.skip(play, verdict, scene.id)
  }
  return wanted
}

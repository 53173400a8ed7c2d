/** Takes open plays to their outcome: resolved, told apart, and added to Stash, or the reason why not. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import { yieldToEventLoop } from '../../yield-to-event-loop.ts'
import type { Steps } from '../steps.ts'
import type { Link } from '../store/links.ts'
import type { Play } from '../store/play.ts'
import type { SceneAdds } from '../write/add-plays.ts'
import { decidePlays, windowOf } from './dedupe.ts'
import type { PlayLedger } from './play-ledger.ts'
import type { SceneFinder } from './scene-finder.ts'

export interface SettleDeps {
  readonly ledger: PlayLedger
  readonly scenes: SceneFinder
  readonly steps: Pick<Steps, 'expect' | 'did'>
}

const scenesPerStep = 50
const linksPerTurn = 200

export async function settlePlays(deps: SettleDeps, signal: AbortSignal): Promise<Result<void>> {
  const { ledger, scenes, steps } = deps
  const linksOf = new Map<RatingKey, readonly Link[]>()
  const itemsOf = new Map<SceneId, RatingKey[]>()
  const items = ledger.items()
  steps.expect(items.length)
  for (const [at, ratingKey] of items.entries()) {
    if (at % linksPerTurn === 0) await yieldToEventLoop()
    const links = scenes.linksOf(ledger.server, ratingKey)
    const first = links[0]
    if (first === undefined) {
      for (const play of ledger.of([ratingKey])) ledger.park(play, 'no_scene')
      steps.did()
    } else {
      linksOf.set(ratingKey, links)
      itemsOf.set(first.sceneId, [...(itemsOf.get(first.sceneId) ?? []), ratingKey])
    }
  }
  const sceneIds = [...itemsOf.keys()]
  for (let from = 0; from < sceneIds.length; from += scenesPerStep) {
    const ratingKeys = sceneIds.slice(from, from + scenesPerStep).flatMap((id) => itemsOf.get(id) ?? [])
    const settled = await settleItems(ratingKeys, linksOf, deps, signal)
    if (!settled.ok) return settled
  }
  return ok(undefined)
}

async function settleItems(
  ratingKeys: readonly RatingKey[],
  linksOf: ReadonlyMap<RatingKey, readonly Link[]>,
  deps: SettleDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { ledger, scenes, steps } = deps
  const read = await scenes.scenesOf(
    ratingKeys.flatMap((key) => linksOf.get(key) ?? []),
    signal,
  )
  if (!read.ok) return read
  const watched = new Map<WatchedScene, RatingKey[]>()
  for (const ratingKey of ratingKeys) {
    const { resolution, lapsed } = scenes.resolve(ratingKey, linksOf.get(ratingKey) ?? [], read.value)
    for (const sceneId of lapsed) ledger.rivalLapsed(ratingKey, sceneId)
    if (resolution.to === 'scene') watched.set(resolution.scene, [...(watched.get(resolution.scene) ?? []), ratingKey])
    else {
      for (const play of ledger.of([ratingKey])) {
        if (resolution.to === 'parked') ledger.park(play, resolution.reason)
        else ledger.skip(play, 'ambiguous', null)
      }
      steps.did()
    }
  }
  const batch: SceneAdds[] = []
  for (const [scene, items] of watched) {
    await yieldToEventLoop()
    const plays = newPlays(scene, items, deps)
    if (plays.length > 0) batch.push({ scene, plays })
    else steps.did(items.length)
  }
  return ledger.add(batch, signal, (scene) => steps.did(watched.get(scene)?.length))
}

/** Tells the plays of a scene apart; returns those that Stash does not have. */
function newPlays(scene: WatchedScene, ratingKeys: readonly RatingKey[], { ledger, scenes }: SettleDeps): Play[] {
  const plays = ledger.of(ratingKeys)
  const items = new Set([...ratingKeys, ...scenes.itemsOf(ledger.server, scene.id)])
  const durations = ratingKeys.flatMap((key) => scenes.durationOf(key) ?? [])
  const verdicts = decidePlays({
    open: plays,
    known: ledger.known(scene.id, [...items]),
    stash: scene.plays,
    window: windowOf(durations[0] ?? scene.files.find(({ duration }) => duration !== null)?.duration ?? null),
  })
  const wanted: Play[] = []
  for (const play of plays) {
    const verdict = verdicts.get(play.id)
    if (verdict === 'add') wanted.push(play)
    else if (verdict !== undefined) ledger.skip(play, verdict, scene.id)
  }
  return wanted
}

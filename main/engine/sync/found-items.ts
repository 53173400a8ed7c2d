/** Scenes with the items that they were matched to, as Plex has those now. */
import type { PlexItem, RatingKey, SceneId, StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Decision, Target } from '../match/decision.ts'
import type { Matcher } from '../match/matcher.ts'
import type { PlexClient } from '../plex/client.ts'
import { type Claim, partAt } from './ownership.ts'

/** A scene that is to be written, on its way through the steps. */
export interface Subject {
  readonly id: SceneId
  readonly files: StashScene['files']
  readonly scene: StashScene
}

export interface Found {
  readonly decisions: ReadonlyMap<Subject, Decision>
  readonly items: ReadonlyMap<RatingKey, PlexItem>
}

interface FindDeps {
  readonly plex: Pick<PlexClient, 'items'>
  readonly matcher: Pick<Matcher, 'matchAll' | 'forgetItem'>
}

const itemsPerRequest = 50

/**
 * Matches the scenes and reads their items. Where an item is gone or plays another file by now, the index was stale: it
 * is corrected and those scenes are matched once more.
 */
export async function matchAndRead(
  subjects: readonly Subject[],
  { plex, matcher }: FindDeps,
  signal: AbortSignal,
): Promise<Result<Found>> {
  const decisions = new Map<Subject, Decision>()
  const items = new Map<RatingKey, PlexItem>()
  let open = subjects
  for (let round = 1; round <= 2 && open.length > 0; round += 1) {
    const matched = await matcher.matchAll(open, signal)
    if (!matched.ok) return matched
    for (const [subject, decision] of matched.value) decisions.set(subject, decision)
    const targets = [...matched.value.values()].flatMap((decision) => decision.targets)
    const read = await readItems(plex, [...new Set(targets.map((target) => target.ratingKey))], signal)
    if (!read.ok) return read
    for (const [key, item] of read.value) items.set(key, item)
    const stale = new Set(targets.filter((target) => playing(items, target) === null))
    for (const target of stale) matcher.forgetItem(target.ratingKey)
    open = open.filter((subject) => decisions.get(subject)?.targets.some((target) => stale.has(target)))
  }
  return ok({ decisions, items })
}

/** The items with these keys as Plex has them now, in lists of fifty; those that are gone are absent. */
async function readItems(
  plex: FindDeps['plex'],
  keys: readonly RatingKey[],
  signal: AbortSignal,
): Promise<Result<Map<RatingKey, PlexItem>>> {
  const items = new Map<RatingKey, PlexItem>()
  for (let from = 0; from < keys.length; from += itemsPerRequest) {
    const read = await plex.items(keys.slice(from, from + itemsPerRequest), signal)
    if (!read.ok) return read
    for (const [key, item] of read.value) items.set(key, item)
  }
  return ok(items)
}

export function claimsOf(subject: Subject, { decisions, items }: Found): Claim[] {
  return (decisions.get(subject)?.targets ?? []).flatMap((target) => {
    const item = playing(items, target)
    return item === null ? [] : [{ scene: subject.scene, item, scenePath: target.scenePath }]
  })
}

/** The item of a target, where it still plays the file because of which it was chosen. */
export function playing(items: ReadonlyMap<RatingKey, PlexItem>, { ratingKey, file }: Target): PlexItem | null {
  const item = items.get(ratingKey)
  return item !== undefined && partAt(item, file) !== undefined ? item : null
}

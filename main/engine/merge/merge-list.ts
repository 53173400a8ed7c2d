/**
 * The three-way merge of a list of names (actors, genres, collections), name by name: what Stash has (mine), what Plex
 * has (theirs), what PlexSync wrote (base).
 */
import type { PlexActor } from '../../../shared/domain.ts'
import type { PlexTagging } from '../../../shared/item-edit.ts'
import type { KeptReason } from '../../../shared/kept.ts'
import type { DesiredName } from './desired-name.ts'
import { nameKey } from './text-equality.ts'

export interface ListSides {
  readonly mine: readonly DesiredName[]
  readonly theirs: readonly PlexActor[]
  readonly base: readonly string[]
  /** What was about to be ours when PlexSync may have been cut off; null when nothing was under way. */
  readonly pending: readonly string[] | null
  /** The photos already sent, by name key. */
  readonly photos: Readonly<Record<string, string>>
  /** preserve_plex_edits. */
  readonly preserve: boolean
  readonly lockedByUser: boolean
  /** The item was reset: the user did not take out what is missing. */
  readonly wasReset?: boolean
  /** Keys of names that Plex has refused to take in or out; they are left as they are. */
  readonly refused?: Readonly<Record<'added' | 'removed', ReadonlySet<string>>>
}

export interface ListMerge {
  /**
   * `wanted`: all that the item shall have, mine first in Stash's order, then what the user added, each with the role and
   * photo it has; `removed`: what it has and shall lose. Null if nothing is to be written.
   */
  readonly edit: { readonly wanted: readonly PlexTagging[]; readonly removed: readonly string[] } | null
  readonly kept: KeptReason | null
  /** Names that would be added or removed if Plex had not refused it. */
  readonly keptBack: readonly string[]
  /** The base after it. */
  readonly ours: readonly string[]
  readonly photos: Readonly<Record<string, string>>
}

export function mergeList(sides: ListSides): ListMerge {
  const { mine, theirs, preserve } = sides
  // Most lists of most items.
  if (mine.length === 0 && theirs.length === 0)
    return { edit: null, kept: null, keptBack: [], ours: [], photos: sides.photos }
  const theirsByKey = Map.groupBy(theirs, (tagging) => nameKey(tagging.name))
  const mineKeys = new Set(mine.map((wanted) => nameKey(wanted.name)))
  const baseKeys = keysOf(sides.base)
  const pendingKeys = keysOf(sides.pending ?? [])
  const isOurs = (key: string) => baseKeys.has(key) || (pendingKeys.has(key) && theirsByKey.has(key))
  // What we wrote and Plex no longer has was removed by the user, unless a write of ours that removed it was cut off.
  const tookOut = ({ name }: DesiredName) => {
    const key = nameKey(name)
    return baseKeys.has(key) && !theirsByKey.has(key) && (sides.pending === null || pendingKeys.has(key))
  }
  const suppressed = preserve && sides.wasReset !== true ? mine.filter(tookOut) : []
  const keptOut = mine.filter(({ name }) => {
    const key = nameKey(name)
    return sides.refused?.added.has(key) === true && !theirsByKey.has(key)
  })
  const placed = mine.filter((wanted) => !suppressed.includes(wanted) && !keptOut.includes(wanted))
  const added = placed.filter(({ name }) => !theirsByKey.has(nameKey(name)))
  const unwanted = theirs.filter(({ name }) => isOurs(nameKey(name)) && !mineKeys.has(nameKey(name)))
  const removed = unwanted.filter(({ name }) => sides.refused?.removed.has(nameKey(name)) !== true)
  const heldIn = unwanted.filter((tagging) => !removed.includes(tagging))
  const repictured = placed.filter((wanted) => needsPhoto(wanted, theirsByKey.get(nameKey(wanted.name)), sides))

  const kept: KeptReason | null = suppressed.length > 0 ? 'edited' : null
  const keptBack = [...namesOf(keptOut), ...namesOf(heldIn)]
  const stillOurs = mine.filter(({ name }) => isOurs(nameKey(name)))
  const nothing = { edit: null, kept, keptBack, photos: sides.photos }
  if (added.length + removed.length + repictured.length === 0)
    return { ...nothing, ours: namesOf([...stillOurs, ...heldIn]) }
  if (sides.lockedByUser && preserve) return { ...nothing, kept: 'locked', ours: namesOf([...stillOurs, ...unwanted]) }

  const sendsPhoto = (wanted: DesiredName) =>
    wanted.photo !== '' && (added.includes(wanted) || repictured.includes(wanted))
  const foreign = theirs.filter((tagging) => !mineKeys.has(nameKey(tagging.name)) && !removed.includes(tagging))
  const wanted = [
    ...placed.flatMap((name) => {
      const present = theirsByKey.get(nameKey(name.name)) ?? [{ name: name.name, role: '', photo: '' }]
      return present.map((tagging) => (sendsPhoto(name) ? { ...tagging, photo: name.photo } : tagging))
    }),
    ...foreign,
  ]
  const sent = placed.filter(sendsPhoto).map(({ name, photo }) => [nameKey(name), photo] as const)
  return {
    edit: { wanted: wanted.map(toTagging), removed: namesOf(removed) },
    kept,
    keptBack,
    ours: namesOf([...mine.filter((name) => stillOurs.includes(name) || added.includes(name)), ...heldIn]),
    photos: { ...sides.photos, ...Object.fromEntries(sent) },
  }
}

/**
 * Whether an actor that is there already is to get our photo. Each address is sent once only: Plex keeps it with the
 * user, not with the item, so the last write wins there, and two writers that both insist would overwrite each other forever.
 */
function needsPhoto(wanted: DesiredName, present: readonly PlexActor[] | undefined, sides: ListSides): boolean {
  const theirs = present?.[0]?.photo
  const sent = sides.photos[nameKey(wanted.name)]
  if (theirs === undefined || wanted.photo === '' || wanted.photo === theirs || wanted.photo === sent) return false
  return !sides.preserve || theirs === '' || theirs === sent
}

export function toTagging({ name, role, photo }: PlexActor): PlexTagging {
  return { name, ...(role === '' ? {} : { role }), ...(photo === '' ? {} : { photo }) }
}

function keysOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(nameKey))
}

function namesOf(list: readonly { readonly name: string }[]): string[] {
  return list.map(({ name }) => name)
}

/** What has moved since the last change probe, and from which stamp on it must be read. Pure. */
import type { KindReading, ProbedKind, ProbeReading } from '../stash/change-probe.ts'
import type { CarriedKind } from '../stash/queries.ts'
import { isYoung } from '../stash/scene.ts'
import { beforeAllStamps, earlier } from '../stash/stamp.ts'

/** What is kept of a kind from one probe to the next. */
export interface KnownKind extends KindReading {
  /** The newest stamp proves nothing yet: the kind is looked at again. */
  readonly young: boolean
  /** Of the things that are accounted for in `count`; Stash never gives an id twice, and a greater one to what is new. */
  readonly highestId: number
}

export type KnownKinds = Readonly<Partial<Record<ProbedKind, KnownKind>>>

export interface News {
  /** Scenes that changed after this text are to be read; null if none did. */
  readonly scenesSince: string | null
  /** The same for files; null also before Stash 0.29. */
  readonly filesSince: string | null
  /** Kinds whose list is to be read. */
  readonly lists: readonly CarriedKind[]
}

/** Equal seconds are ties, and what was written last may have been stamped a moment before what was read. */
const overlapMs = 3_000
/** After a pause of ours, and after Stash's clock or time zone changed. */
const wideOverlapMs = 3 * 3_600_000

export const carriedKinds: readonly CarriedKind[] = ['performer', 'studio', 'tag', 'group']

/** @param wide the time between the two probes is not to be trusted: a start, a reconnection, another time zone. */
export function newsOf(known: KnownKinds, reading: ProbeReading, wide: boolean): News {
  const since = (kind: 'scene' | 'file'): string | null => {
    const before = known[kind]
    const now = reading[kind]
    if (now === null || (!wide && !hasMoved(before, now))) return null
    const newest = before?.newest?.updatedAt
    if (newest === undefined) return beforeAllStamps
    return earlier(newest, wide ? wideOverlapMs : overlapMs) ?? beforeAllStamps
  }
  return {
    scenesSince: since('scene'),
    filesSince: since('file'),
    lists: carriedKinds.filter((kind) => hasMoved(known[kind], reading[kind])),
  }
}

function hasMoved(before: KnownKind | undefined, now: KindReading): boolean {
  return (
    before === undefined ||
    before.young ||
    before.count !== now.count ||
    before.newest?.id !== now.newest?.id ||
    before.newest?.updatedAt !== now.newest?.updatedAt
  )
}

export interface Followed {
  readonly stashNow: number | null
  readonly highestId: number
  /** Its count as far as ids explain it; null for what the probe said. */
  readonly accounted: number | null
  /** Something of it must be looked at again. */
  readonly isOpen: boolean
}

/** What to keep of a kind whose news were read. */
export function knownKind(now: KindReading, { stashNow, highestId, accounted, isOpen }: Followed): KnownKind {
  return {
    count: accounted ?? now.count,
    newest: now.newest,
    young: isOpen || (now.newest !== null && isYoung(now.newest.updatedAt, stashNow)),
    highestId,
  }
}

/** New ids and a count that moved otherwise: whether something vanished, or came with an old stamp. */
export function accountFor(
  before: KnownKind | undefined,
  now: KindReading,
  newIds: number,
): { readonly accounted: number | null; readonly isOdd: boolean } {
  if (before === undefined) return { accounted: null, isOdd: false }
  const expected = before.count + newIds
  if (now.count === expected) return { accounted: null, isOdd: false }
  // What came between the probe and the reading of what is new: the next probe counts it.
  if (newIds > 0) return { accounted: expected, isOdd: false }
  return { accounted: null, isOdd: true }
}

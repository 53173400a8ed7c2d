/**
 * The three-way merge, every combination of what PlexSync wrote (base), was about to write (pending), what Stash has (mine)
 * and what Plex has (theirs), with and without preserve_plex_edits and locks, against rules written down independently.
 */
import { describe, expect, it } from 'vitest'
import { type Base, emptyBase } from '../../main/engine/merge/base.ts'
import type { Desired } from '../../main/engine/merge/desired.ts'
import type { ItemPlan } from '../../main/engine/merge/item-plan.ts'
import { planItem } from '../../main/engine/merge/plan.ts'
import type { Field, PlexItem } from '../../shared/domain.ts'
import { actorsNamed, anItem, settingsWith } from './plan-samples.ts'

type Lock = 'no lock' | 'our lock' | 'the user’s lock'
const locks: readonly Lock[] = ['no lock', 'our lock', 'the user’s lock']
const settingsToTry = locks.flatMap((lock) => [false, true].map((preserve) => ({ lock, preserve })))

describe.each(settingsToTry)('single values, $lock, preserve $preserve', ({ lock, preserve }) => {
  const plexName = {
    studio: 'studio',
    summary: 'summary',
    date: 'originallyAvailableAt',
    rating: 'userRating',
  } as const
  const samples = {
    studio: ['Studio A', 'Studio B', 'Studio C'],
    summary: ['One\ntwo', 'One two', 'Ünï'],
    date: ['2024-01-01', '2024-01-02', '2023-12-31'],
    rating: ['8.7', '10', '0.1'],
  } as const
  type Tried = keyof typeof samples

  it.each(Object.keys(samples) as Tried[])('%s', (field) => {
    const values = samples[field]
    let tried = 0
    for (const mine of [undefined, '', ...values])
      for (const theirs of ['', ...values])
        for (const base of [undefined, '', ...values])
          for (const pending of [null, undefined, '', ...values]) {
            const plan = planItem({
              wanted: { scalars: { [field]: mine }, lists: {}, titleFromFile: false },
              item: anItem({ ...itemValue(field, theirs), locks: lock === 'no lock' ? [] : [plexName[field]] }),
              base: baseWith(field, base, lock),
              pending: pending === null ? null : baseWith(field, pending, lock),
              settings: settingsWith({ preserve_plex_edits: preserve }),
            })
            const label = JSON.stringify({ mine, theirs, base, pending })
            const expected = scalarByTheRules({ mine, theirs, written: [base, pending], preserve, lock })
            expect({ ...seen(plan, field), label }).toEqual({
              value: expected.value,
              change:
                expected.value === undefined
                  ? undefined
                  : { field, before: theirs || null, after: expected.value || null },
              kept: expected.kept,
              label,
            })
            expect(plan.after.scalars[field], label).toBe(mine === undefined ? base : expected.ours)
            expect(plan.after.locked.includes(field), label).toBe(lock === 'our lock' || expected.value !== undefined)
            tried++
          }
    expect(tried).toBe(5 * 4 * 5 * 6)
  })

  function seen(plan: ItemPlan, field: Tried) {
    return {
      value: plan.edit?.scalars[plexName[field]],
      change: plan.changes[0],
      kept: plan.kept[0]?.reason,
    }
  }
})

interface ScalarCase {
  readonly mine: string | undefined
  readonly theirs: string
  readonly written: readonly (string | null | undefined)[]
  readonly preserve: boolean
  readonly lock: Lock
}
interface ScalarExpectation {
  /** What is sent; undefined for nothing. */
  readonly value?: string
  readonly kept?: string
  readonly ours?: string
}

/** The first rule whose condition holds decides. */
function scalarByTheRules({ mine, theirs, written, preserve, lock }: ScalarCase): ScalarExpectation {
  const weWroteTheirs = theirs !== '' && written.includes(theirs)
  const stays = weWroteTheirs ? { ours: theirs } : {}
  const rules: readonly (readonly [when: boolean, then: () => ScalarExpectation])[] = [
    [mine === undefined, () => ({})],
    [mine === theirs, () => stays],
    [preserve && lock === 'the user’s lock', () => ({ kept: 'locked in Plex', ...stays })],
    [theirs === '', () => ({ value: mine ?? '', ours: mine ?? '' })],
    [weWroteTheirs && mine === '', () => ({ value: '' })],
    [weWroteTheirs, () => ({ value: mine ?? '', ours: mine ?? '' })],
    [mine === '', () => ({ kept: 'empty in Stash, and not written by PlexSync' })],
    [preserve, () => ({ kept: 'kept your edit' })],
    [true, () => ({ value: mine ?? '', ours: mine ?? '' })],
  ]
  const rule = rules.find(([when]) => when)
  if (rule === undefined) throw new Error('the last rule always holds')
  return rule[1]()
}

function itemValue(field: 'studio' | 'summary' | 'date' | 'rating', value: string): Partial<PlexItem> {
  return field === 'rating' ? { rating: value === '' ? null : Number(value) } : { [field]: value }
}

function baseWith(field: Field, value: string | undefined, lock: Lock): Base {
  return {
    ...emptyBase,
    scalars: value === undefined ? {} : { [field]: value },
    locked: lock === 'our lock' ? [field] : [],
  }
}

// ---- lists ---------------------------------------------------------------------------------------------------------

const names = ['A', 'B', 'C'] as const
/** All lists that can be made of the names, from none of them to all. */
const subsets: readonly (readonly string[])[] = Array.from({ length: 8 }, (_, bits) =>
  names.filter((_name, place) => (bits >> place) % 2 === 1),
)

describe.each(settingsToTry)('lists, $lock, preserve $preserve', ({ lock, preserve }) => {
  it.each([
    ['tags', 'genre', true],
    ['performers', 'actor', false],
    ['collection', 'collection', false],
  ] as const)('%s', (field, plexName, withPending) => {
    let tried = 0
    for (const mine of [undefined, ...subsets])
      for (const theirs of subsets)
        for (const base of [undefined, ...subsets])
          for (const pending of withPending ? [null, undefined, ...subsets] : [null]) {
            const plan = planItem({
              wanted: { scalars: {}, lists: wantedList(field, mine), titleFromFile: false },
              item: anItem({ ...itemList(field, theirs), locks: lock === 'no lock' ? [] : [plexName] }),
              base: listBase(field, base, lock),
              pending: pending === null ? null : listBase(field, pending, lock),
              settings: settingsWith({ preserve_plex_edits: preserve }),
            })
            const label = JSON.stringify({ mine, theirs, base, pending })
            const expected = listByTheRules({ mine, theirs, base, pending, preserve, lock })
            const edit = plan.edit?.lists[plexName]
            const sent = edit && { wanted: edit.wanted.map(({ name }) => name), removed: edit.removed }
            expect({ sent, kept: plan.kept[0]?.reason, label }).toEqual({
              sent: expected.sent,
              kept: expected.kept,
              label,
            })
            expect(plan.after.lists[field]?.toSorted(), label).toEqual(mine === undefined ? base : expected.ours)
            tried++
          }
    expect(tried).toBe(9 * 8 * 9 * (withPending ? 10 : 1))
  })
})

interface ListCase {
  readonly mine: readonly string[] | undefined
  readonly theirs: readonly string[]
  readonly base: readonly string[] | undefined
  readonly pending: readonly string[] | null | undefined
  readonly preserve: boolean
  readonly lock: Lock
}

/** Each name is judged separately: is it in Stash, in Plex, and did PlexSync put it there? */
function listByTheRules({ mine, theirs, base = [], pending, preserve, lock }: ListCase) {
  if (mine === undefined) return { sent: undefined, kept: undefined, ours: base }
  const judged = names.map((name) => {
    const inStash = mine.includes(name)
    const inPlex = theirs.includes(name)
    const wasOurs = base.includes(name) || (inPlex && (pending ?? []).includes(name))
    // A write of ours that was cut off may have removed it; the user did only if it was to stay.
    const personRemoved = inStash && !inPlex && wasOurs && (pending === null || (pending ?? []).includes(name))
    const stays = inPlex ? inStash || !wasOurs : inStash && !(preserve && personRemoved)
    const isKeptOut = preserve && personRemoved
    return { name, inPlex, inStash, wasOurs, stays, isKeptOut }
  })
  const differs = judged.some((one) => one.stays !== one.inPlex)
  if (differs && preserve && lock === 'the user’s lock')
    return {
      sent: undefined,
      kept: 'locked in Plex',
      ours: namesWhere((one) => one.wasOurs && (one.inStash || one.inPlex)),
    }
  return {
    sent: differs
      ? {
          wanted: [...namesWhere((one) => one.stays && one.inStash), ...namesWhere((one) => one.stays && !one.inStash)],
          removed: namesWhere((one) => one.inPlex && !one.stays),
        }
      : undefined,
    kept: judged.some((one) => one.isKeptOut) ? 'kept your edit' : undefined,
    // What the user put there by hand does not become ours because Stash has it too.
    ours: namesWhere((one) => one.inStash && (one.wasOurs || !one.inPlex)),
  }

  function namesWhere(holds: (one: (typeof judged)[number]) => boolean): string[] {
    return judged.filter(holds).map(({ name }) => name)
  }
}

type ListName = 'tags' | 'performers' | 'collection'

function wantedList(field: ListName, list: readonly string[] | undefined): Desired['lists'] {
  return list === undefined ? {} : { [field]: list.map((name) => ({ name, photo: '' })) }
}

function itemList(field: ListName, list: readonly string[]): Partial<PlexItem> {
  if (field === 'performers') return { actors: actorsNamed(...list) }
  return field === 'tags' ? { genres: list } : { collections: list }
}

function listBase(field: ListName, list: readonly string[] | undefined, lock: Lock): Base {
  return {
    ...emptyBase,
    lists: list === undefined ? {} : { [field]: [...list] },
    locked: lock === 'our lock' ? [field] : [],
  }
}

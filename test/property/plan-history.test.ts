/**
 * Histories of an item: Stash changes, the user edits Plex, PlexSync syncs or is cut off in the middle, in any order,
 * against a model of Plex under both readings of its tag edits. fast-check prints the seed and the shortest history.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Base, emptyBase, parseBase } from '../../main/engine/merge/base.ts'
import type { Desired } from '../../main/engine/merge/desired.ts'
import type { DesiredName } from '../../main/engine/merge/desired-name.ts'
import type { ItemPlan } from '../../main/engine/merge/item-plan.ts'
import { planItem } from '../../main/engine/merge/plan.ts'
import { nameKey } from '../../main/engine/merge/text-equality.ts'
import type { PlexActor, PlexItem } from '../../shared/domain.ts'
import { ModelPlex, type PlexHabits } from './plan-model.ts'
import { anItem, settingsWith } from './plan-samples.ts'

/** The same name in several spellings, composed and not, so that histories meet themselves. */
const names = ['Drama', 'drama', 'DRAMA', 'outdoor', 'Outdoor', 'Émile', 'E\u0301mile', 'émile', 'x, y', 'Ω']
const texts = ['', 'One', 'Two', 'One\ntwo', 'Cafe\u0301', 'Café', '🏳️‍🌈']
const dates = ['', '2023', '2023-05', '2023-05-01', '2023-06-11', '2024-01-01']
const titles = ['walk', 'One', 'Two']

const anyName = fc.constantFrom(...names)
const someNames = fc.uniqueArray(anyName, { selector: nameKey, maxLength: 4 })
const wantedNames = fc.uniqueArray(
  fc.record({ name: anyName, photo: fc.constantFrom('', 'http://s/1.jpg', 'http://s/2.jpg') }),
  {
    selector: ({ name }) => nameKey(name),
    maxLength: 4,
  },
)
const anActor: fc.Arbitrary<PlexActor> = fc.record({
  name: anyName,
  role: fc.constantFrom('', 'Herself'),
  photo: fc.constantFrom('', 'http://s/1.jpg', 'https://metadata-static.plex.tv/p.jpg'),
})
const off = { nil: undefined, freq: 6 } as const

const anyWanted: fc.Arbitrary<Desired> = fc.record({
  scalars: fc
    .record({
      title: fc.option(fc.constantFrom(...titles), off),
      sortsByTitle: fc.boolean(),
      studio: fc.option(fc.constantFrom(...texts), off),
      summary: fc.option(fc.constantFrom(...texts), off),
      date: fc.option(fc.constantFrom(...dates), off),
      rating: fc.option(fc.constantFrom('', '8.7', '10', '0.1'), off),
    })
    .map(({ sortsByTitle, ...scalars }) =>
      present({ ...scalars, title_sort: sortsByTitle ? scalars.title : undefined }),
    ),
  lists: fc
    .record({
      performers: fc.option(wantedNames, off),
      tags: fc.option(someNames.map(withoutPhotos), off),
      collection: fc.option(someNames.map(withoutPhotos), off),
    })
    .map(present),
  titleFromFile: fc.boolean(),
})

const anyItem: fc.Arbitrary<PlexItem> = fc
  .record({
    title: fc.constantFrom(...titles),
    titleSort: fc.constantFrom('', ...titles),
    studio: fc.constantFrom(...texts),
    summary: fc.constantFrom(...texts, 'One\r\ntwo'),
    date: fc.constantFrom('', '2023-05-01', '2023-06-11'),
    rating: fc.constantFrom(null, 0, 8.7, Math.fround(8.7), 10),
    actors: fc.array(anActor, { maxLength: 3 }),
    genres: someNames,
    collections: someNames,
    locks: fc.subarray(['title', 'titleSort', 'studio', 'summary', 'originallyAvailableAt', 'genre', 'actor']),
  })
  .map(anItem)

const anyHabits: fc.Arbitrary<PlexHabits> = fc.record({
  reading: fc.constantFrom('adds', 'replaces'),
  capitalises: fc.boolean(),
  omitsEqualSortTitle: fc.boolean(),
})

type Step =
  | { readonly does: 'stash changes'; readonly wanted: Desired }
  | { readonly does: 'person adds a genre' | 'person removes a genre' | 'person types a studio'; readonly text: string }
  | { readonly does: 'sync' | 'cut off before the write' | 'cut off after the write' }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('stash changes' as const), wanted: anyWanted }),
  fc.record({
    does: fc.constantFrom('person adds a genre' as const, 'person removes a genre' as const),
    text: anyName,
  }),
  fc.record({ does: fc.constant('person types a studio' as const), text: fc.constantFrom(...texts) }),
  fc.record({
    does: fc.constantFrom('sync' as const, 'cut off before the write' as const, 'cut off after the write' as const),
  }),
)

/** PlexSync's memory of the item, and Plex, through one history. */
class History {
  readonly plex: ModelPlex
  readonly preserve: boolean
  wanted: Desired
  base: Base | null = null
  pending: Base | null = null
  /** Genres that the user added and that PlexSync never had a hand in. */
  readonly personsGenres = new Set<string>()
  personsStudio: string | null = null

  constructor({
    item,
    wanted,
    habits,
    preserve,
  }: { item: PlexItem; wanted: Desired; habits: PlexHabits; preserve: boolean }) {
    this.plex = new ModelPlex(item, habits)
    this.wanted = wanted
    this.preserve = preserve
    for (const name of item.genres) this.personsGenres.add(nameKey(name))
    if (item.studio !== '') this.personsStudio = item.studio
  }

  take(step: Step): void {
    const { plex } = this
    switch (step.does) {
      case 'stash changes':
        this.wanted = step.wanted
        break
      case 'person adds a genre': {
        const key = nameKey(step.text)
        if (plex.item.genres.some((name) => nameKey(name) === key)) break
        plex.item = { ...plex.item, genres: [...plex.item.genres, step.text] }
        const hadAHand = [this.base, this.pending].some((ours) =>
          ours?.lists.tags?.some((name) => nameKey(name) === key),
        )
        if (!hadAHand) this.personsGenres.add(key)
        break
      }
      case 'person removes a genre':
        plex.item = { ...plex.item, genres: plex.item.genres.filter((name) => nameKey(name) !== nameKey(step.text)) }
        this.personsGenres.delete(nameKey(step.text))
        break
      case 'person types a studio': {
        // Plex locks what is typed into its own editor.
        plex.item = { ...plex.item, studio: step.text, locks: [...new Set([...plex.item.locks, 'studio'])] }
        const isOurs = [this.base, this.pending].some(
          (ours) => ours?.scalars.studio?.normalize() === step.text.normalize(),
        )
        this.personsStudio = step.text === '' || isOurs ? null : step.text
        break
      }
      case 'sync':
        this.sync()
        break
      default:
        this.#begin(step.does === 'cut off after the write')
    }
  }

  plan(): ItemPlan {
    const { wanted, base, pending } = this
    return planItem({
      wanted,
      item: this.plex.item,
      base,
      pending,
      settings: settingsWith({ preserve_plex_edits: this.preserve }),
    })
  }

  sync(): ItemPlan {
    const plan = this.#begin(true)
    this.base = parseBase(JSON.stringify(plan.after))
    this.pending = null
    return plan
  }

  #begin(lands: boolean): ItemPlan {
    const plan = this.plan()
    if (plan.edit === null) return plan
    this.pending = parseBase(JSON.stringify(plan.after))
    if (lands) this.plex.write(plan.edit)
    return plan
  }
}

const anyHistory = fc.record({
  item: anyItem,
  wanted: anyWanted,
  habits: anyHabits,
  preserve: fc.boolean(),
  steps: fc.array(anyStep, { maxLength: 12 }),
})

const runs = { numRuns: 3_000 }

describe('any history of an item', () => {
  it('has nothing left to write after a sync, also after a restart and with Plex’s habits', () => {
    void fc.assert(
      fc.property(anyHistory, ({ steps, ...start }) => {
        const history = new History(start)
        for (const step of steps) history.take(step)
        history.sync()
        expect(history.sync().edit).toBeNull()
        expect(history.sync().edit).toBeNull()
      }),
      runs,
    )
  })

  it('never loses a genre that the user added, however often Stash and PlexSync change theirs', () => {
    void fc.assert(
      fc.property(anyHistory, ({ steps, ...start }) => {
        const history = new History(start)
        const lost: string[] = []
        for (const step of [...steps, { does: 'sync' } as const]) {
          history.take(step)
          const present = new Set(history.plex.item.genres.map(nameKey))
          for (const key of history.personsGenres) if (!present.has(key)) lost.push(`${key} by ${step.does}`)
        }
        expect(lost).toEqual([])
      }),
      runs,
    )
  })

  it('never clears a studio that the user typed, and never changes it while edits are preserved', () => {
    void fc.assert(
      fc.property(anyHistory, ({ steps, ...start }) => {
        const history = new History(start)
        for (const step of [...steps, { does: 'sync' } as const]) {
          history.take(step)
          if (history.personsStudio === null) continue
          if (history.preserve) expect(history.plex.item.studio).toBe(history.personsStudio)
          else expect(history.plex.item.studio).not.toBe('')
          if (history.plex.item.studio !== history.personsStudio) history.personsStudio = null
        }
      }),
      runs,
    )
  })

  it('ends with all that Stash has, where edits are not preserved', () => {
    void fc.assert(
      fc.property(anyHistory, ({ steps, ...start }) => {
        const history = new History(start)
        fc.pre(!history.preserve)
        for (const step of [...steps, { does: 'sync' } as const]) history.take(step)
        const { scalars, lists } = history.wanted
        const { item } = history.plex
        if (scalars.title !== undefined && !history.wanted.titleFromFile) expect(item.title).toBe(scalars.title)
        if (scalars.studio) expect(item.studio.normalize()).toBe(scalars.studio.normalize())
        for (const { name } of lists.tags ?? []) expect(item.genres.map(nameKey)).toContain(nameKey(name))
        for (const { name } of lists.performers ?? [])
          expect(item.actors.map((actor) => nameKey(actor.name))).toContain(nameKey(name))
      }),
      runs,
    )
  })
})

function withoutPhotos(list: readonly string[]): DesiredName[] {
  return list.map((name) => ({ name, photo: '' }))
}

/** A switched-off field is absent, not undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

it('starts from an item that PlexSync never wrote to', () => {
  expect(parseBase('{}')).toEqual(emptyBase)
})

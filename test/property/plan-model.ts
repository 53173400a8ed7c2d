/**
 * A tiny model of how a Plex server carries out an edit, with the habits that real servers have or may have. Plex's
 * documents do not say whether tags that are sent are added or replace those that are there, so both readings exist.
 */

import type { PlexActor, PlexItem } from '../../shared/domain.ts'
import type { ItemEdit, PlexTagging } from '../../shared/item-edit.ts'

export interface PlexHabits {
  readonly reading: 'adds' | 'replaces'
  /** The first letter of a new tag is made a capital. */
  readonly capitalises: boolean
  /** A sort title that equals the title is not mentioned. */
  readonly omitsEqualSortTitle: boolean
}

export class ModelPlex {
  readonly #habits: PlexHabits
  /** Tags are rows shared by the whole server, found without regard to (ASCII) case: the first spelling stays. */
  readonly #spellings = new Map<string, string>()
  item: PlexItem

  constructor(item: PlexItem, habits: PlexHabits) {
    this.#habits = habits
    this.item = { ...item, titleSort: this.#shownSortTitle(item.title, item.titleSort) }
    for (const { name } of [...item.actors, ...named(item.genres), ...named(item.collections)]) this.#spell(name)
  }

  write(edit: ItemEdit): void {
    const { item } = this
    const { scalars, lists } = edit
    const titleSort = scalars.titleSort ?? item.titleSort
    const title = scalars.title ?? item.title
    this.item = {
      ...item,
      title,
      titleSort: this.#shownSortTitle(title, titleSort),
      studio: scalars.studio ?? item.studio,
      summary: scalars.summary ?? item.summary,
      date: scalars.originallyAvailableAt ?? item.date,
      rating: scalars.userRating === undefined ? item.rating : ratingFrom(scalars.userRating),
      actors: this.#tags(item.actors, lists.actor),
      genres: this.#tags(named(item.genres), lists.genre).map(({ name }) => name),
      collections: this.#tags(named(item.collections), lists.collection).map(({ name }) => name),
      locks: [...new Set([...item.locks, ...Object.keys(scalars), ...Object.keys(lists)])],
    }
  }

  #shownSortTitle(title: string, titleSort: string): string {
    return this.#habits.omitsEqualSortTitle && titleSort === title ? '' : titleSort
  }

  #tags(present: readonly PlexActor[], edit: ItemEdit['lists'][keyof ItemEdit['lists']]): PlexActor[] {
    if (edit === undefined) return [...present]
    const sent = edit.wanted.map((tagging) => this.#tagging(tagging))
    const removed = new Set(edit.removed.map(lower))
    const kept =
      this.#habits.reading === 'adds'
        ? present.filter((old) => !sent.some((tag) => lower(tag.name) === lower(old.name)))
        : []
    return [...kept, ...sent].filter((tag) => !removed.has(lower(tag.name)))
  }

  #tagging({ name, role = '', photo = '' }: PlexTagging): PlexActor {
    return { name: this.#spell(name), role, photo }
  }

  #spell(name: string): string {
    const key = lower(name)
    const spelling = this.#spellings.get(key) ?? (this.#habits.capitalises ? capitalised(name) : name)
    this.#spellings.set(key, spelling)
    return spelling
  }
}

function named(names: readonly string[]): PlexActor[] {
  return names.map((name) => ({ name, role: '', photo: '' }))
}

/** Plex keeps ratings as single precision numbers. */
function ratingFrom(text: string): number | null {
  return text === '' ? null : Math.fround(Number(text))
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function capitalised(name: string): string {
  return name.replace(/^[a-z]/, (letter) => letter.toUpperCase())
}

import { describe, expect, it } from 'vitest'
import type { ItemEdit, PlexList } from '../../../shared/item-edit.ts'
import { editRequests } from './edit-request.ts'
import { longestRequestLine } from './request-line.ts'

type Reading = 'add' | 'replace'

interface Item {
  values: Map<string, string>
  locks: Set<string>
  tags: Map<string, string[]>
  roles: Map<string, string>
  photos: Map<string, string>
}

function newItem(tags: Partial<Record<PlexList, string[]>> = {}): Item {
  return {
    values: new Map(),
    locks: new Set(),
    tags: new Map(Object.entries(tags)),
    roles: new Map(),
    photos: new Map(),
  }
}

/** A small Plex, from the documented behaviour: names are compared without case, of repeated parameters the last counts. */
function write(item: Item, query: string, reading: Reading): void {
  const parameters = new Map(
    query.split('&').map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]),
  )
  const indexed = new Map<string, Map<number, string>>()
  const removed = new Map<string, string[]>()
  for (const [name, value] of parameters) {
    const [, field = '', rest = ''] = /^(\w+)\.(value|locked)$/.exec(name) ?? []
    if (rest === 'value') item.values.set(field, value)
    if (rest === 'locked') item.locks.add(`${field}${value}`)
    const [, kind = '', index = '', what = ''] = /^(\w+)\[(\d*)\]\.(.+)$/.exec(name) ?? []
    if (what === 'tag.tag') indexed.set(kind, (indexed.get(kind) ?? new Map()).set(Number(index), value))
    if (what === 'tagging.text') item.roles.set(index, value)
    if (what === 'tag.thumb') item.photos.set(index, value)
    if (what === 'tag.tag-') removed.set(kind, value.split(',').map(decodeURIComponent))
  }
  for (const [kind, byIndex] of indexed) {
    const names = [...byIndex].sort(([a], [b]) => a - b).map(([, name]) => name)
    const old = reading === 'add' ? (item.tags.get(kind) ?? []) : []
    item.tags.set(kind, [...old, ...names.filter((name) => !old.some((other) => same(name, other)))])
  }
  for (const [kind, names] of removed) {
    item.tags.set(
      kind,
      (item.tags.get(kind) ?? []).filter((name) => !names.some((other) => same(name, other))),
    )
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function edit(more: Partial<ItemEdit>): ItemEdit {
  return { ratingKey: '4711', sectionId: '1', scalars: {}, lists: {}, ...more }
}

function lineOf(query: string, prefix = ''): number {
  return Buffer.byteLength(`PUT ${prefix}/library/sections/1/all?${query} HTTP/1.1`)
}

const named = (names: readonly string[]) => names.map((name) => ({ name }))
const nasty = `R&B, "50% off" + #1 = a/b?; 'x' [ü] é 名前 😀 \\ %2C`

describe('an edit that fits', () => {
  it('is one request with every value and its lock', () => {
    const requests = editRequests(
      edit({
        scalars: { summary: 'Two\nlines', title: nasty, userRating: '8', studio: '' },
        lists: { genre: { wanted: named(['Drama']), removed: ['Old'] } },
        lockOnly: ['thumb', 'art'],
      }),
    )
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatch(/^type=1&id=4711&title\.value=/)
    const item = newItem({ genre: ['Old', 'By hand'] })
    write(item, requests[0] ?? '', 'add')
    expect(Object.fromEntries(item.values)).toEqual({
      title: nasty,
      studio: '',
      summary: 'Two\nlines',
      userRating: '8',
    })
    expect([...item.locks].sort()).toEqual(['art1', 'genre1', 'studio1', 'summary1', 'thumb1', 'title1', 'userRating1'])
    expect(item.tags.get('genre')).toEqual(['By hand', 'Drama'])
  })

  it('survives an address parser: no character is encoded again', () => {
    const [query = ''] = editRequests(
      edit({ scalars: { title: nasty }, lists: { genre: { wanted: named([nasty]), removed: [`${nasty}2`] } } }),
    )
    expect(new URL(`http://plex/?${query}`).search).toBe(`?${query}`)
  })

  it('names roles and photos of actors', () => {
    const wanted = [
      { name: 'One' },
      { name: 'Two', role: 'Her & him', photo: 'https://a.example/x?y=1&z=2' },
      { name: 'Three', role: '' },
    ]
    const item = newItem()
    for (const query of editRequests(edit({ lists: { actor: { wanted, removed: [] } } }))) write(item, query, 'add')
    expect(item.tags.get('actor')).toEqual(['One', 'Two', 'Three'])
    expect([...item.roles]).toEqual([['1', 'Her & him']])
    expect([...item.photos]).toEqual([['1', 'https://a.example/x?y=1&z=2']])
  })

  it('encodes each name to remove twice, and names it once', () => {
    const [query = ''] = editRequests(edit({ lists: { genre: { wanted: [], removed: ['A, B', 'C'] } } }))
    expect(query).toBe('type=1&id=4711&genre%5B%5D.tag.tag-=A%252C%2520B%2CC&genre.locked=1')
    const item = newItem({ genre: ['A, B', 'C', 'A'] })
    write(item, query, 'add')
    expect(item.tags.get('genre')).toEqual(['A'])
  })

  it('never removes what it wants, whatever the letter case', () => {
    const [query = ''] = editRequests(
      edit({ lists: { genre: { wanted: named(['drama']), removed: ['Drama', 'Old'] } } }),
    )
    expect(query).toMatch(/tag\.tag-=Old(&|$)/)
  })

  it('has a lock once', () => {
    const [query = ''] = editRequests(edit({ lists: { genre: { wanted: named(['a']), removed: ['b'] } } }))
    expect(query.split('genre.locked=1')).toHaveLength(2)
  })

  it('may be only a lock, or nothing at all', () => {
    expect(editRequests(edit({ lockOnly: ['thumb'] }))).toEqual(['type=1&id=4711&thumb.locked=1'])
    expect(editRequests(edit({ lists: { genre: { wanted: [], removed: [] } } }))).toEqual([])
  })

  it('survives a broken character', () => {
    expect(() =>
      editRequests(
        edit({ scalars: { title: 'a\ud800b' }, lists: { genre: { wanted: named(['\udfff']), removed: ['\ud800'] } } }),
      ),
    ).not.toThrow()
  })
})

describe('an edit of nothing in particular would change the whole library', () => {
  it.each(['', ' ', '0', '-1', '1,2', '1 or 1', 'abc', '1&id='])('so the rating key "%s" throws', (ratingKey) => {
    expect(() => editRequests(edit({ ratingKey, scalars: { title: 'x' } }))).toThrow(RangeError)
  })
  it.each(['', 'all', '1/../2'])('so the section "%s" throws', (sectionId) => {
    expect(() => editRequests(edit({ sectionId, scalars: { title: 'x' } }))).toThrow(RangeError)
  })
})

describe.each<Reading>(['add', 'replace'])('an edit that does not fit, where Plex reads tags as "%s"', (reading) => {
  function outcome(more: Partial<ItemEdit>, item: Item, prefix = ''): string[] {
    const requests = editRequests(edit(more), prefix)
    for (const query of requests) {
      expect(lineOf(query, prefix)).toBeLessThanOrEqual(longestRequestLine)
      expect(query).toMatch(/^type=1&id=4711&/)
      write(item, query, reading)
    }
    return requests
  }
  const many = (count: number, length = 20) =>
    Array.from({ length: count }, (_, index) => `${index} `.padEnd(length, 'x'))

  it('comes in two: text first, tags second', () => {
    const item = newItem({ genre: ['Old'] })
    const summary = 'ü'.repeat(800)
    const genres = many(100)
    const requests = outcome(
      { scalars: { title: 'T', summary }, lists: { genre: { wanted: named(genres), removed: ['Old'] } } },
      item,
    )
    expect(requests).toHaveLength(2)
    expect(requests[0]).not.toContain('genre')
    expect(item.values.get('summary')).toBe(summary)
    expect(item.tags.get('genre')).toEqual(genres)
  })

  it('comes in more where several lists do not fit together, each whole', () => {
    const [genres, actors] = [many(150), many(140)]
    const old = many(300, 18)
    const item = newItem({ genre: [...old], actor: [...old] })
    const requests = outcome(
      { lists: { genre: { wanted: named(genres), removed: old }, actor: { wanted: named(actors), removed: old } } },
      item,
    )
    expect(requests.length).toBeGreaterThan(3)
    expect(item.tags.get('genre')).toEqual(genres)
    expect(item.tags.get('actor')).toEqual(actors)
  })

  it('arrives whole, or at least with its leading tags, where one list alone is too long', () => {
    const genres = many(500)
    const item = newItem({ genre: ['Old'] })
    outcome({ lists: { genre: { wanted: named(genres), removed: ['Old'] } } }, item)
    const written = item.tags.get('genre') ?? []
    expect(written).not.toContain('Old')
    if (reading === 'add') expect([...written].sort()).toEqual([...genres].sort())
    else {
      expect(written).toEqual(genres.slice(0, written.length))
      expect(written.length).toBeGreaterThan(140)
    }
  })

  it('leaves room for the path of a proxy', () => {
    outcome({ lists: { genre: { wanted: named(many(150)), removed: [] } } }, newItem(), `/${'p'.repeat(900)}`)
  })

  it('of any size ends within the limit and as wanted', () => {
    const seed = 20260111
    let state = seed
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * below)
    }
    const alphabet = [...`ab, %&+='/é名😀`]
    const word = (index: number, length: number) =>
      `${index}${Array.from({ length }, () => alphabet[random(alphabet.length)]).join('')}`
    for (let round = 0; round < 60; round++) {
      const wanted = Array.from({ length: random(60) }, (_, index) => word(index, random(8)))
      const removed = Array.from({ length: random(60) }, (_, index) => word(100 + index, random(8)))
      const summary = word(0, random(600))
      const item = newItem({ genre: [...removed] })
      outcome({ scalars: { summary }, lists: { genre: { wanted: named(wanted), removed } } }, item)
      expect(item.values.get('summary'), `seed ${seed}, round ${round}`).toBe(summary)
      expect(item.tags.get('genre'), `seed ${seed}, round ${round}`).toEqual(wanted)
    }
  })
})

it('a single text that is too long goes last and holds up nothing', () => {
  const requests = editRequests(
    edit({
      scalars: { title: 'T', summary: '名'.repeat(2000), studio: 'S' },
      lists: { genre: { wanted: named(['G']), removed: [] } },
    }),
  )
  expect(requests.map((query) => [...query.matchAll(/(\w+)\.locked/g)].map(([, name]) => name))).toEqual([
    ['title', 'studio'],
    ['genre'],
    ['summary'],
  ])
})

import { describe, expect, it } from 'vitest'
import { type ListSides, mergeList } from './merge-list.ts'

const mine = (...names: string[]) => names.map((name) => ({ name, photo: '' }))
const theirs = (...names: string[]) => names.map((name) => ({ name, role: '', photo: '' }))
const plain = (...names: string[]) => names.map((name) => ({ name }))

function merge(more: Partial<ListSides>) {
  return mergeList({
    mine: [],
    theirs: [],
    base: [],
    pending: null,
    photos: {},
    preserve: false,
    lockedByUser: false,
    ...more,
  })
}

describe('an edit', () => {
  it('puts mine first in the order of Stash, then what the user added', () => {
    const { edit } = merge({
      mine: mine('Zoe', 'Ann', 'Bob'),
      theirs: theirs('Person', 'Bob', 'Old'),
      base: ['Bob', 'Old'],
    })
    expect(edit).toEqual({ wanted: plain('Zoe', 'Ann', 'Bob', 'Person'), removed: ['Old'] })
  })

  it('gives actors that stay the role and photo they have', () => {
    const bob = { name: 'Bob', role: 'The Builder', photo: 'http://p/bob.jpg' }
    const person = { name: 'Person', role: 'Herself', photo: '' }
    expect(merge({ mine: mine('Ann', 'bob'), theirs: [person, bob], base: ['bob'] }).edit?.wanted).toEqual([
      { name: 'Ann' },
      bob,
      { name: 'Person', role: 'Herself' },
    ])
  })

  it('keeps an actor who plays two parts twice', () => {
    const twice = [
      { name: 'Bob', role: 'One', photo: '' },
      { name: 'Bob', role: 'Two', photo: '' },
    ]
    expect(merge({ mine: mine('Bob', 'Ann'), theirs: twice }).edit?.wanted).toHaveLength(3)
  })

  it('is not made for another order, which adding could never bring about', () => {
    expect(merge({ mine: mine('Ann', 'Bob'), theirs: theirs('Bob', 'Ann') }).edit).toBeNull()
  })

  it('is not made for another spelling, which Plex would not take up', () => {
    expect(
      merge({ mine: mine('drama', 'E\u0301mile'), theirs: theirs('Drama', 'émile'), base: ['drama'] }),
    ).toMatchObject({
      edit: null,
      ours: ['drama'],
    })
  })

  it('uses Plex’s spelling for what is there already', () => {
    const { edit } = merge({ mine: mine('drama', 'Rain'), theirs: theirs('Drama', 'outdoor'), base: ['OUTDOOR'] })
    expect(edit).toEqual({ wanted: plain('Drama', 'Rain'), removed: ['outdoor'] })
  })

  it('can empty a list', () => {
    expect(merge({ theirs: theirs('A', 'B'), base: ['A', 'B'] })).toMatchObject({
      edit: { wanted: [], removed: ['A', 'B'] },
      ours: [],
    })
  })
})

describe('a name that the user removed from Plex', () => {
  const removed = { mine: mine('A', 'B'), theirs: theirs('A'), base: ['A', 'B'] }

  it('comes back where edits are not preserved', () => {
    expect(merge(removed)).toMatchObject({ edit: { wanted: plain('A', 'B'), removed: [] }, kept: null })
  })

  it('stays away where they are, also when the list is written for another reason, and after that', () => {
    const first = merge({ ...removed, preserve: true })
    expect(first).toMatchObject({ edit: null, kept: 'edited', ours: ['A', 'B'] })
    const second = merge({ ...removed, mine: mine('A', 'B', 'C'), base: first.ours, preserve: true })
    expect(second).toMatchObject({ edit: { wanted: plain('A', 'C') }, kept: 'edited', ours: ['A', 'B', 'C'] })
  })

  it('is not confused with one that a write of ours removed before it was cut off', () => {
    expect(merge({ ...removed, pending: ['A'], preserve: true }).edit?.wanted).toEqual(plain('A', 'B'))
  })

  it('is forgotten once Stash drops it too', () => {
    expect(merge({ ...removed, mine: mine('A'), preserve: true }).ours).toEqual(['A'])
  })
})

describe('photos', () => {
  const photo = 'http://stash/1.jpg'
  const pictured = [{ name: 'Ann', photo }]

  it('go with a new actor', () => {
    expect(merge({ mine: pictured })).toMatchObject({
      edit: { wanted: [{ name: 'Ann', photo }] },
      photos: { ann: photo },
    })
  })

  it('are sent once for an actor that is there without one, also if Plex never shows it', () => {
    const first = merge({ mine: pictured, theirs: theirs('Ann') })
    expect(first.edit?.wanted).toEqual([{ name: 'Ann', photo }])
    expect(first.ours).toEqual([])
    expect(merge({ mine: pictured, theirs: theirs('Ann'), photos: first.photos }).edit).toBeNull()
  })

  it('replace another one only where edits are not preserved, or where it was ours', () => {
    const other = [{ name: 'Ann', role: '', photo: 'http://plex/ann.jpg' }]
    expect(merge({ mine: pictured, theirs: other }).edit).not.toBeNull()
    expect(merge({ mine: pictured, theirs: other, preserve: true }).edit).toBeNull()
    expect(
      merge({ mine: pictured, theirs: other, preserve: true, photos: { ann: 'http://plex/ann.jpg' } }).edit,
    ).not.toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { type Base, baseSchema, emptyBase, parseBase, withImage, withLocks } from './base.ts'

const full: Base = {
  scalars: { title: 'A', title_sort: 'A', studio: 'S', summary: 'x\ny', date: '2024-01-01', rating: '8.7' },
  lists: { performers: ['Ann'], tags: [], collection: ['S'] },
  locked: ['title', 'tags', 'poster'],
  photos: { ann: 'http://s/1.jpg' },
  poster: 'abc',
  background: 'def',
}

describe('parseBase', () => {
  it('reads what was stored', () => {
    expect(parseBase(JSON.stringify(full))).toEqual(full)
  })

  it.each(['{}', '', 'not json', 'null', '[]', '"x"', '{"scalars":7,"lists":null,"locked":"x","photos":[]}'])(
    'takes %j for an item never written to',
    (json) => {
      expect(parseBase(json)).toEqual(emptyBase)
    },
  )

  it('reads other versions as far as it understands them', () => {
    const other = {
      scalars: { title: 'A', mood: 'new', studio: 5 },
      lists: { tags: ['T'], moods: ['L'], performers: 'Ann' },
      locked: ['title', 'mood'],
      poster: null,
      version: 2,
    }
    expect(parseBase(JSON.stringify(other))).toEqual({
      ...emptyBase,
      scalars: { title: 'A' },
      lists: { tags: ['T'] },
      locked: ['title'],
    })
  })

  it('gives each reader a separate base', () => {
    const one = baseSchema.parse({})
    one.scalars.title = 'A'
    one.locked.push('title')
    expect(baseSchema.parse({})).toEqual(emptyBase)
    expect(parseBase('')).toEqual({ scalars: {}, lists: {}, locked: [], photos: {} })
  })
})

it('an uploaded image is ours, and so is its lock, once', () => {
  const after = withImage(withImage(withLocks(emptyBase, ['poster']), 'poster', 'abc'), 'background', 'def')
  expect(after).toEqual({ ...emptyBase, poster: 'abc', background: 'def', locked: ['poster', 'background'] })
})

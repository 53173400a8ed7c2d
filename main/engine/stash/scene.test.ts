import { describe, expect, it } from 'vitest'
import { sceneSchema } from './scene.ts'

/** As Stash 0.30 sends it. */
const full = {
  id: '45',
  title: 'A title',
  details: 'Two\nlines',
  date: '2023-05-01',
  rating100: 80,
  organized: true,
  updated_at: '2026-01-11T18:07:53+11:00',
  studio: { id: '3', name: 'Studio', parent_studio: { name: 'Network' } },
  performers: [{ id: '7', name: 'One' }],
  tags: [{ id: '9', name: 'Tag' }],
  groups: [{ group: { id: '2' } }],
  files: [{ path: '/media/a.mp4', size: 5_000_000_000, duration: 61.5 }],
}

describe('a scene', () => {
  it('is read whole', () => {
    expect(sceneSchema.parse(full)).toEqual({
      id: '45',
      title: 'A title',
      details: 'Two\nlines',
      date: '2023-05-01',
      rating100: 80,
      organized: true,
      updatedAt: '2026-01-11T18:07:53+11:00',
      studio: { id: '3', name: 'Studio', parentName: 'Network' },
      performers: [{ id: '7', name: 'One' }],
      tags: [{ id: '9', name: 'Tag' }],
      groupIds: ['2'],
      files: [{ path: '/media/a.mp4', size: 5_000_000_000, duration: 61.5 }],
    })
  })

  it('may have nothing but an id, as nulls or not at all', () => {
    const nulls = Object.fromEntries(Object.keys(full).map((name) => [name, null]))
    const empty = sceneSchema.parse({ ...nulls, id: '1' })
    expect(empty).toEqual(sceneSchema.parse({ id: 1 }))
    expect(empty).toMatchObject({ title: '', date: '', rating100: null, studio: null, files: [], groupIds: [] })
  })

  it('keeps what it does not know out of the way', () => {
    expect(sceneSchema.parse({ ...full, invented: { by: 'the next version' } })).toEqual(sceneSchema.parse(full))
  })

  it.each([
    ['2023', '2023'],
    ['2023-05', '2023-05'],
    ['2023-05-01T00:00:00Z', '2023-05-01'],
    [' 2023-05-01 ', '2023-05-01'],
    ['May 2023', ''],
    ['', ''],
  ])('with the date "%s" has the date "%s"', (date, expected) => {
    expect(sceneSchema.parse({ ...full, date }).date).toBe(expected)
  })

  it.each([
    [3_000_000_000, 3_000_000_000],
    ['3000000000', 3_000_000_000],
    [0, null],
    [null, null],
    ['many', null],
  ])('with a file of size %s has the size %s', (size, expected) => {
    expect(sceneSchema.parse({ ...full, files: [{ path: '/a', size }] }).files[0]?.size).toBe(expected)
  })

  it('drops what has no name or no path', () => {
    const scene = sceneSchema.parse({
      ...full,
      studio: { id: '3', name: ' ' },
      tags: [{ id: '1', name: '' }, { id: '2' }],
      files: [{ path: '' }],
    })
    expect(scene).toMatchObject({ studio: null, tags: [], files: [] })
  })

  it.each([{}, { id: '0' }, { id: 'x' }, null])('without a usable id is refused: %j', (scene) => {
    expect(sceneSchema.safeParse(scene).success).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { settingsWith } from '../../../test/property/plan-samples.ts'
import { isWritten } from './entity-news.ts'

const entity = { name: 'Ann', disambiguation: '', gender: 'FEMALE', parents: ['1'], tags: ['1'], image: 't=1' }

describe('isWritten', () => {
  it.each([
    ['performer', { disambiguation: 'actress' }, { performer_disambiguation: true }],
    ['performer', { gender: 'MALE' }, { performer_genders: 'FEMALE' }],
    ['studio', { parents: ['2'] }, { collections: 'parent_studio' }],
    ['tag', { parents: ['2'] }, { genre_parents: 'Genre' }],
    ['performer', { tags: ['1', '2'] }, { performer_tags: true }],
    ['group', { name: 'Bea' }, { collections: 'group' }],
    ['group', { image: 't=2' }, { poster_from_group: true }],
  ] as const)('%s %o counts only while a setting needs it', (kind, change, settings) => {
    const after = { ...entity, ...change }
    expect(isWritten(kind, entity, after, settingsWith())).toBe(false)
    expect(isWritten(kind, entity, after, settingsWith(settings))).toBe(true)
  })

  it('what was not read before is no news', () => {
    const { tags: _tags, ...before } = entity
    expect(isWritten('performer', before, entity, settingsWith({ performer_tags: true }))).toBe(false)
  })

  it('a new name of a performer always counts', () => {
    expect(isWritten('performer', entity, { ...entity, name: 'Bea' }, settingsWith())).toBe(true)
  })
})

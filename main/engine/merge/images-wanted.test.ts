import { describe, expect, it } from 'vitest'
import { anItem, settingsWith } from '../../../test/property/plan-samples.ts'
import { emptyBase, withImage, withLocks } from './base.ts'
import { type ImagesInput, imagesWanted } from './images-wanted.ts'

const background = settingsWith({ sync_background: true })
const preserve = settingsWith({ sync_background: true, preserve_plex_edits: true })
const posted = withImage(emptyBase, 'poster', 'abc')

function images(more: Partial<ImagesInput>) {
  return imagesWanted({ settings: background, item: anItem(), base: null, coverSha1: 'abc', ...more })
}

describe('imagesWanted', () => {
  it.each<[what: string, input: Partial<ImagesInput>, poster: boolean, background: boolean]>([
    ['a new cover', {}, true, true],
    ['the background only if asked', { settings: settingsWith() }, true, false],
    ['the poster not if switched off', { settings: { ...background, sync_poster: false } }, false, true],
    ['nothing with the master switch off', { settings: { ...background, sync_master: false } }, false, false],
    ['nothing without a cover', { coverSha1: null }, false, false],
    ['nothing with an empty hash', { coverSha1: '' }, false, false],
    ['not the same poster twice', { base: posted }, false, true],
    ['a changed cover', { base: posted, coverSha1: 'def' }, true, true],
    ['no background where there is one', { item: anItem({ art: '/art/1' }) }, true, false],
    ['no background that the user took away', { base: withImage(posted, 'background', 'abc') }, false, false],
    ['over a lock where edits are not preserved', { item: anItem({ locks: ['thumb', 'art'] }) }, true, true],
  ])('%s', (_what, input, poster, art) => {
    expect(images(input)).toEqual({ poster, background: art, kept: [] })
  })

  it('leaves images alone that the user locked, where edits are preserved', () => {
    expect(images({ settings: preserve, item: anItem({ locks: ['thumb', 'art'] }) })).toEqual({
      poster: false,
      background: false,
      kept: [
        { field: 'poster', reason: 'locked in Plex', code: 'locked' },
        { field: 'background', reason: 'locked in Plex', code: 'locked' },
      ],
    })
    expect(images({ settings: preserve, item: anItem({ locks: ['thumb'] }), base: posted }).kept).toEqual([])
  })

  it.each([
    ['of an upload', { base: { ...posted, locked: [] } }],
    ['of a lock sent before the upload failed', { base: withLocks(emptyBase, ['poster']) }],
    ['of an upload that was cut off', { base: emptyBase, pending: withLocks(emptyBase, ['poster']) }],
  ])('knows its own lock %s', (_what, input) => {
    const item = anItem({ locks: ['thumb'], art: '/art/1' })
    expect(images({ settings: preserve, item, coverSha1: 'def', ...input })).toEqual({
      poster: true,
      background: false,
      kept: [],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { mergeImage } from './image-merge.ts'

const frame = 'media://a/1.bundle/Contents/Thumbnails/thumb1.jpg'
const upload = (sha1: string) => `upload://posters/${sha1}`
const keys = [frame, upload('aa'), upload('cc')]

describe.each([false, true])('preserve_plex_edits %s', (preserve) => {
  const merge = (selected: string | null, mine: string, listed = keys) =>
    mergeImage({ theirs: { keys: listed, selected }, base: 'aa', mine, preserve })

  it.each([
    ['ours, unchanged', upload('aa'), 'aa', { kind: 'leave' }],
    ['mine already, whatever put it there', upload('bb'), 'bb', { kind: 'leave' }],
    ['ours, and the cover changed', upload('aa'), 'bb', { kind: 'upload' }],
    ['ours, and the cover is an earlier one', upload('aa'), 'cc', { kind: 'select', key: upload('cc') }],
    ['a frame', frame, 'aa', { kind: 'select', key: upload('aa') }],
    ['a frame, and the cover changed', frame, 'bb', { kind: 'upload' }],
    ['nothing', null, 'aa', { kind: 'select', key: upload('aa') }],
  ])('%s', (_name, selected, mine, step) => {
    expect(merge(selected, mine)).toEqual(step)
  })

  it('ours is gone from the server: it is sent again', () => {
    expect(merge(frame, 'aa', [frame])).toEqual({ kind: 'upload' })
  })

  it.each([upload('dd'), 'metadata://posters/agent_1'])('another picture (%s) is the user’s choice', (chosen) => {
    const kept = { kind: 'keep', reason: 'edited' }
    expect(merge(chosen, 'aa')).toEqual(preserve ? kept : { kind: 'select', key: upload('aa') })
    expect(merge(chosen, 'bb')).toEqual(preserve ? kept : { kind: 'upload' })
  })
})

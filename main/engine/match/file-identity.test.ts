import { describe, expect, it } from 'vitest'
import { isSameFile } from './file-identity.ts'

const known = { file: '/media/a.mp4', size: 100, duration: 60 }
const present = { file: '/media/a.mp4', size: 100, duration: 60 }

describe('a remembered file and the files an item has now', () => {
  it.each([
    ['nothing has changed', known, true, present, true],
    ['it was renamed', known, true, { ...present, file: '/media/b.mp4' }, true],
    ['it was encoded again in place', known, true, { ...present, size: 50, duration: 61.5 }, true],
    ['the scene has another id', known, false, present, true],
    ['the key belongs to another film', known, true, { file: '/media/b.mp4', size: 7, duration: 9 }, false],
    ['another scene, renamed', known, false, { ...present, file: '/media/b.mp4' }, false],
    ['another scene, another size', known, false, { ...present, size: 50 }, false],
    ['the same path in another spelling', known, false, { ...present, file: '/media//a.mp4' }, true],
    [
      'Plex does not know the size, the duration agrees',
      known,
      false,
      { ...present, size: null, duration: 60.9 },
      true,
    ],
    [
      'Plex does not know the size, the duration differs',
      known,
      false,
      { ...present, size: null, duration: 61.1 },
      false,
    ],
    ['sizes differ though durations agree', known, true, { file: '/media/b.mp4', size: 101, duration: 60 }, false],
    ['no size was recorded: scene and path', { ...known, size: null, duration: null }, true, present, true],
    ['no size was recorded: path alone', { ...known, size: null, duration: null }, false, present, false],
    ['nothing was recorded', { file: null, size: null, duration: null }, true, present, false],
  ])('%s', (_, remembered, sceneAgrees, part, expected) => {
    expect(isSameFile(remembered, sceneAgrees, [part])).toBe(expected)
  })

  it('asks for two agreements in one file, not one in each of two', () => {
    const renamed = { file: '/media/c.mp4', size: 100, duration: 60 }
    const replaced = { file: '/media/a.mp4', size: 7, duration: 9 }
    expect(isSameFile(known, false, [renamed, replaced])).toBe(false)
    expect(isSameFile(known, false, [renamed, present])).toBe(true)
  })
})

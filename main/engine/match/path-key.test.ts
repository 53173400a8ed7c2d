import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../../test/harness/seeded-random.ts'
import {
  baseKey,
  baseName,
  commonTail,
  folderOf,
  holds,
  isAbsolute,
  joinPath,
  pathKey,
  segmentKey,
  splitPath,
} from './path-key.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

describe('pathKey', () => {
  it(`is the path put together from its segments, also where it is taken as it is (SEED=${seed})`, () => {
    const random = new SeededRandom(seed)
    const pieces = [
      '/',
      '/',
      '\\',
      '?',
      ':',
      'D',
      'a b',
      'Z',
      '.',
      '\u00e9',
      'e\u0301',
      '\u212b',
      '\ud83d\ude00',
      '\ud83d',
      '\n',
      '',
    ]
    for (let round = 0; round < 5_000; round++) {
      const path = Array.from({ length: random.integer(0, 9) }, () => random.pick(pieces)).join('')
      const { kind, segments } = splitPath(path)
      const whole = joinPath({ kind, segments: segments.map((segment) => segmentKey(segment, kind)) }, '/')
      expect(pathKey(path), JSON.stringify(path)).toBe(whole)
    }
  })

  it.each([
    ['trailing separator', '/media/a/', '/media/a'],
    ['doubled separators', '/media//a///x.mp4', '/media/a/x.mp4'],
    ['three leading separators', '///media/x.mp4', '/media/x.mp4'],
    ['decomposed and composed names', '/media/Cafe\u0301.mp4', '/media/Caf\u00e9.mp4'],
    ['slashes on Windows', 'D:/media\\a/x.mp4', 'D:\\media\\a\\x.mp4'],
    ['letter case on Windows', 'd:\\MEDIA\\X.mp4', 'D:\\media\\x.MP4'],
    ['the long path prefix', '\\\\?\\D:\\media\\x.mp4', 'D:\\media\\x.mp4'],
    ['the long path prefix of a share', '\\\\?\\UNC\\nas\\media\\x.mp4', '\\\\nas\\media\\x.mp4'],
    ['slashes and case of a share', '//NAS/Media/x.mp4', '\\\\nas\\media\\X.mp4'],
    ['a bare drive', 'D:', 'D:\\'],
    ['small sigmas on Windows', 'D:\\ΟΔΟΣ.mp4', 'D:\\οδος.mp4'],
  ])('takes %s as the same', (_, a, b) => {
    expect(pathKey(a)).toBe(pathKey(b))
  })

  it.each([
    ['letter case on POSIX', '/media/A.mp4', '/media/a.mp4'],
    ['a name with a backslash on POSIX', '/media/a\\b.mp4', '/media/a/b.mp4'],
    ['ß and ss on Windows', 'D:\\straße.mp4', 'D:\\strasse.mp4'],
    ['a share and a local folder', '\\\\nas\\media\\x.mp4', '/nas/media/x.mp4'],
    ['a drive and a folder', 'D:\\x.mp4', '/D:/x.mp4'],
    ['blanks at the end of a name', '/media/a /x.mp4', '/media/a/x.mp4'],
  ])('keeps %s apart', (_, a, b) => {
    expect(pathKey(a)).not.toBe(pathKey(b))
  })
})

describe('splitPath and joinPath', () => {
  it.each(['/', '/media/a b/x.mp4', 'D:\\', 'D:\\media\\x.mp4', '\\\\nas\\media\\x.mp4', '/media/a\\b.mp4'])(
    'give %s back',
    (path) => {
      expect(joinPath(splitPath(path), path.startsWith('/') ? '/' : '\\')).toBe(path)
    },
  )
})

describe('names and folders', () => {
  it('finds the file name in each kind of path', () => {
    expect(baseName('/media/a\\b.mp4')).toBe('a\\b.mp4')
    expect(baseName('D:\\media/x.mp4')).toBe('x.mp4')
    expect(baseName('/')).toBe('')
  })

  it('finds a name whatever its case and form', () => {
    expect(baseKey('/a/Scene １.MP4')).toBe(baseKey('D:\\b\\scene 1.mp4'))
  })

  it('names the folder in the path’s own separators', () => {
    expect(folderOf('/media/a/x.mp4')).toBe('/media/a')
    expect(folderOf('D:\\media\\x.mp4')).toBe('D:\\media')
    expect(folderOf('D:/x.mp4')).toBe('D:/')
    expect(folderOf('\\\\nas\\media\\x.mp4')).toBe('\\\\nas\\media')
  })

  it('knows whole paths', () => {
    expect(['/', '/a', 'D:\\', 'd:/a', '\\\\nas\\a', '\\\\?\\D:\\a'].every(isAbsolute)).toBe(true)
    expect(['', 'a', 'a/b', 'D:a', '\\a', '~/a', 'smb://nas/a'].some(isAbsolute)).toBe(false)
  })
})

describe('holds', () => {
  it('ends at folder boundaries', () => {
    expect(holds(splitPath('/media/a'), splitPath('/media/a/x.mp4'))).toBe(true)
    expect(holds(splitPath('/media/a'), splitPath('/media/ab/x.mp4'))).toBe(false)
    expect(holds(splitPath('/'), splitPath('/x.mp4'))).toBe(true)
    expect(holds(splitPath('/'), splitPath('D:\\x.mp4'))).toBe(false)
  })
})

describe('commonTail', () => {
  it('counts from the file name upwards', () => {
    expect(commonTail(splitPath('/data/A/b/x.mp4'), splitPath('/media/A/b/x.mp4'))).toBe(3)
    expect(commonTail(splitPath('/data/A/x.mp4'), splitPath('/media/a/x.mp4'))).toBe(1)
    expect(commonTail(splitPath('D:\\data\\A\\x.mp4'), splitPath('/media/a/X.mp4'))).toBe(2)
    expect(commonTail(splitPath('/a/x.mp4'), splitPath('/a/y.mp4'))).toBe(0)
    expect(commonTail(splitPath('/a/x.mp4'), splitPath('/a/x.mp4'))).toBe(2)
  })
})

import { describe, expect, it } from 'vitest'
import { formatRules, isComplete, moved, parseRules } from './rule-text.ts'

describe('parseRules', () => {
  it('reads pairs between semicolons and line ends', () => {
    expect(parseRules('/data=>/media; D:\\media => /mnt/media\n\\\\nas\\x=>/x')).toEqual([
      { stash: '/data', plex: '/media' },
      { stash: 'D:\\media', plex: '/mnt/media' },
      { stash: '\\\\nas\\x', plex: '/x' },
    ])
    expect(parseRules('')).toEqual([])
    expect(parseRules(' ; ;')).toEqual([])
  })

  it('keeps half a rule, so that it can be mended', () => {
    expect(parseRules('/data')).toEqual([{ stash: '/data', plex: '' }])
  })

  it('round-trips what needs quotes', () => {
    const rules = [
      { stash: '/a;b', plex: '/c => d' },
      { stash: '"quoted"', plex: '/with "inner" quotes' },
    ]
    expect(parseRules(formatRules(rules))).toEqual(rules)
  })
})

describe('isComplete', () => {
  it('wants both sides or none', () => {
    expect(isComplete({ stash: '', plex: ' ' })).toBe(true)
    expect(isComplete({ stash: '/a', plex: '' })).toBe(false)
  })
})

describe('moved', () => {
  it('moves within the ends', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 2, 3)).toEqual(['a', 'b', 'c'])
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  })
})

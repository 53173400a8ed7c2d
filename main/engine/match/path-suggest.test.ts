import { describe, expect, it } from 'vitest'
import { openIndex, part } from './part-index.fixture.ts'
import { compilePathRules } from './path-rules.ts'
import { type PathSample, samplesOfPlex } from './path-sample.ts'
import { type PathSuggestion, suggestPathRules } from './path-suggest.ts'

/** Files named by their place in the list, each with a separate size. */
function sample(path: string, size: number | null, duration: number | null = null): PathSample {
  return { path, size, duration }
}

function suggest(
  pairs: readonly (readonly [string, string])[],
  roots: readonly string[] = [],
  more: { stash?: readonly PathSample[]; plex?: readonly PathSample[] } = {},
): PathSuggestion {
  return suggestPathRules(
    [...pairs.map(([stash], at) => sample(stash, 1000 + at)), ...(more.stash ?? [])],
    [...pairs.map(([, plex], at) => sample(plex, 1000 + at)), ...(more.plex ?? [])],
    roots,
  )
}

function rulesOf(suggestion: PathSuggestion): string[] {
  return suggestion.rules.map(({ rule }) => rule)
}

describe('suggestPathRules', () => {
  it('derives one root, with its evidence', () => {
    const found = suggest([
      ['/data/A/1.mp4', '/media/A/1.mp4'],
      ['/data/A/2.mp4', '/media/A/2.mp4'],
      ['/data/B/3.mp4', '/media/B/3.mp4'],
    ])
    expect(found).toEqual({
      pairs: 3,
      samePath: 0,
      rules: [
        {
          stash: '/data',
          plex: '/media',
          rule: '/data => /media',
          files: 3,
          evidence: { code: 'rule_suggested', values: { files: 3, by: 'size', example: 'A/1.mp4' } },
        },
      ],
    })
  })

  it('derives several roots, the one with the most files first', () => {
    const found = suggest([
      ['/mnt/one/A/1.mp4', '/media/first/A/1.mp4'],
      ['/mnt/one/B/2.mp4', '/media/first/B/2.mp4'],
      ['/mnt/two/3.mp4', '/media/second/3.mp4'],
      ['/mnt/two/C/4.mp4', '/media/second/C/4.mp4'],
      ['/mnt/two/C/5.mp4', '/media/second/C/5.mp4'],
    ])
    expect(rulesOf(found)).toEqual(['/mnt/two => /media/second', '/mnt/one => /media/first'])
  })

  it('derives Windows against POSIX, where the letter case of what stays has to agree', () => {
    const found = suggest([
      ['D:\\Media\\A\\1.mp4', '/mnt/media/A/1.mp4'],
      ['D:\\Media\\B\\2.mp4', '/mnt/media/B/2.mp4'],
    ])
    expect(rulesOf(found)).toEqual(['D:\\Media => /mnt/media'])
    const whole = suggest([
      ['D:\\A\\1.mp4', '/mnt/d/A/1.mp4'],
      ['D:\\B\\2.mp4', '/mnt/d/B/2.mp4'],
    ])
    expect(rulesOf(whole)).toEqual(['D:\\ => /mnt/d'])
  })

  it('derives POSIX against Windows, where letter case does not matter', () => {
    const found = suggest([
      ['/data/A/1.mp4', 'E:\\Films\\a\\1.mp4'],
      ['/data/B/2.mp4', 'E:\\Films\\b\\2.MP4'],
    ])
    expect(rulesOf(found)).toEqual(['/data => E:\\Films'])
  })

  it('derives POSIX against a share', () => {
    const found = suggest([
      ['/data/A/1.mp4', '\\\\nas\\media\\A\\1.mp4'],
      ['/data/B/2.mp4', '\\\\nas\\media\\B\\2.mp4'],
    ])
    expect(rulesOf(found)).toEqual(['/data => \\\\nas\\media'])
  })

  it('keeps a folder name that both sides share by chance', () => {
    const pairs = [
      ['/data/media/A/1.mp4', '/media/A/1.mp4'],
      ['/data/media/B/2.mp4', '/media/B/2.mp4'],
    ] as const
    expect(rulesOf(suggest(pairs))).toEqual(['/data/media => /media'])
    expect(
      rulesOf(
        suggest(
          [
            ['/x/lib/A/1.mp4', '/y/lib/A/1.mp4'],
            ['/x/lib/B/2.mp4', '/y/lib/B/2.mp4'],
          ],
          ['/y/lib'],
        ),
      ),
    ).toEqual(['/x/lib => /y/lib'])
  })

  it('brings folders together that Plex sees as one', () => {
    const found = suggest([
      ['/mnt/disk1/A/1.mp4', '/mnt/user/A/1.mp4'],
      ['/mnt/disk1/B/2.mp4', '/mnt/user/B/2.mp4'],
      ['/mnt/disk2/A/3.mp4', '/mnt/user/A/3.mp4'],
      ['/mnt/disk2/C/4.mp4', '/mnt/user/C/4.mp4'],
    ])
    expect(rulesOf(found).sort()).toEqual(['/mnt/disk1 => /mnt/user', '/mnt/disk2 => /mnt/user'])
  })

  it('needs no rule where the paths are the same', () => {
    const found = suggest([
      ['/media/A/1.mp4', '/media/A/1.mp4'],
      ['/media/B/2.mp4', '/media/B/2.mp4'],
    ])
    expect(found).toEqual({ rules: [], pairs: 2, samePath: 2 })
  })

  it('keeps a folder with the same path from a rule for the folder above it', () => {
    const found = suggest(
      [
        ['/data/shared/1.mp4', '/data/shared/1.mp4'],
        ['/data/shared/A/2.mp4', '/data/shared/A/2.mp4'],
        ['/data/A/3.mp4', '/media/A/3.mp4'],
        ['/data/B/4.mp4', '/media/B/4.mp4'],
        ['/data/C/5.mp4', '/media/C/5.mp4'],
      ],
      ['/data/shared', '/media'],
    )
    expect(rulesOf(found)).toEqual(['/data => /media', '/data/shared => /data/shared'])
  })

  it('derives nothing from one file, equal names or copies', () => {
    const one = suggest([['/data/A/1.mp4', '/media/A/1.mp4']])
    expect(one.rules).toEqual([])
    const names = suggestPathRules(
      [sample('/data/1.mp4', 1, 10), sample('/data/2.mp4', 2, 20), sample('/data/3.mp4', 3, 30)],
      [sample('/media/1.mp4', 9, 10), sample('/media/2.mp4', 9, 20), sample('/media/3.mp4', 9, 30)],
    )
    expect(names).toEqual({ rules: [], pairs: 0, samePath: 0 })
    const copies = suggest([], [], {
      stash: [sample('/data/1.mp4', 1), sample('/data/2.mp4', 2)],
      plex: ['/media', '/backup'].flatMap((root) => [sample(`${root}/1.mp4`, 1), sample(`${root}/2.mp4`, 2)]),
    })
    expect(copies.rules).toEqual([])
  })

  it('takes equal durations where sizes are missing, from three files on', () => {
    const stash = [1, 2, 3].map((at) => sample(`/data/${at}.mp4`, null, at * 100))
    const plex = [1, 2, 3].map((at) => sample(`/media/${at}.mp4`, 5, at * 100 + 0.4))
    expect(suggestPathRules(stash, plex).rules[0]?.evidence).toEqual({
      code: 'rule_suggested',
      values: { files: 3, by: 'duration', example: '1.mp4' },
    })
    expect(suggestPathRules(stash.slice(1), plex).rules).toEqual([])
  })

  it('does not let two moved files spoil the rule of their folder', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => [`/data/New/${at}.mp4`, `/media/New/${at}.mp4`] as const)
    const found = suggest([...pairs, ['/data/New/m1.mp4', '/media/A/m1.mp4'], ['/data/New/m2.mp4', '/media/A/m2.mp4']])
    expect(rulesOf(found)).toEqual(['/data => /media'])
  })

  it('proposes what compiles, and maps the samples', () => {
    const found = suggest([
      ['/da;ta/A/1.mp4', '/media => x/A/1.mp4'],
      ['/da;ta/B/2.mp4', '/media => x/B/2.mp4'],
    ])
    const rules = compilePathRules(rulesOf(found).join('; '))
    expect(rules.ok && rules.value.map('/da;ta/B/2.mp4')?.path).toBe('/media => x/B/2.mp4')
  })

  it('finds the other side of its samples in the index', () => {
    const { index } = openIndex([
      part('1', '/media/A/1.mp4', { size: 1 }),
      part('2', '/media/A/2.mp4', { size: 2 }),
      part('3', '/other/1.mp4', { size: 99 }),
    ])
    const stash = [sample('/data/A/1.mp4', 1), sample('/data/A/2.mp4', 2)]
    expect(rulesOf(suggestPathRules(stash, samplesOfPlex(stash, index), ['/media']))).toEqual(['/data => /media'])
  })
})

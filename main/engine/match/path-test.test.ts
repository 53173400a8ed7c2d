import { describe, expect, it } from 'vitest'
import { openIndex, part } from './part-index.fixture.ts'
import { compilePathRules } from './path-rules.ts'
import { testPathRules } from './path-test.ts'
import { chooseSections } from './section-choice.ts'

const { index } = openIndex([
  part('1', '/media/A/1.mp4'),
  part('2', '/media/A/Two.mp4'),
  part('3', '/media/A/ﬁlm.mp4'),
  part('4', '/tv/show.mp4', { sectionId: '2' }),
  part('5', 'D:\\films\\win.mp4', { sectionId: '1' }),
])

const section = { uuid: '', revision: '', refreshing: false }
const { sections } = chooseSections(
  [
    { ...section, id: '1', title: 'Scenes', type: 'movie', locations: ['/media'] },
    { ...section, id: '2', title: 'TV', type: 'show', locations: ['/tv'] },
    { ...section, id: '3', title: 'Other', type: 'movie', locations: ['/other'] },
  ],
  ['scenes'],
)

function test(text: string, ...paths: string[]) {
  const rules = compilePathRules(text)
  if (!rules.ok) throw new Error(rules.fault.message)
  return testPathRules({ paths, rules: rules.value, lookup: index, sections })
}

describe('testPathRules', () => {
  it('counts what is found, per rule', () => {
    expect(test('/data => /media; /x => /media', '/data/A/1.mp4', '/data/A/2.mp4', '/media/A/1.mp4')).toEqual({
      samples: 3,
      found: 2,
      rules: [
        {
          rule: '/data => /media',
          evidence: '1 of 2 samples below it are in Plex.',
          code: 'rule_found',
          values: { found: 1, covered: 2 },
          files: 1,
        },
        { rule: '/x => /media', evidence: 'No sample is below it.', code: 'rule_unused', values: {}, files: 0 },
      ],
      failures: [
        {
          stash_path: '/data/A/2.mp4',
          mapped: '/media/A/2.mp4',
          reason: 'It belongs to the library "Scenes", but Plex does not have it (yet): let Plex scan the folder.',
          code: 'not_scanned',
          values: { library: 'Scenes' },
        },
      ],
      examples: [
        { stash_path: '/data/A/1.mp4', plex_path: '/media/A/1.mp4' },
        { stash_path: '/media/A/1.mp4', plex_path: '/media/A/1.mp4' },
      ],
    })
  })

  it.each([
    [
      'no rule, known name',
      '',
      '/data/A/1.mp4',
      'No path rule covers it; Plex has that name at /media/A/1.mp4. Add a path rule.',
    ],
    [
      'no rule, unknown name',
      '',
      '/data/A/9.mp4',
      'No path rule covers it, and Plex has no file of that name: add a rule, or let Plex scan.',
    ],
    [
      'a rule into nowhere',
      '/data => /nope',
      '/data/A/9.mp4',
      'No Plex library has the folder /nope/A: correct the right side of the path rule.',
    ],
    [
      'letter case',
      '/data => /media',
      '/data/a/TWO.mp4',
      'Plex has it as /media/A/Two.mp4: only upper and lower case differ. Correct the path rule.',
    ],
    [
      'Unicode form',
      '/data => /media',
      '/data/A/film.mp4',
      'Plex has it as /media/A/ﬁlm.mp4: only the form of some characters differs (wide, joined or invisible ones). Correct the path rule.',
    ],
    [
      'separators',
      '',
      '//media/A/1.mp4',
      'Plex has it as /media/A/1.mp4: only the separators differ. Correct the path rule.',
    ],
    [
      'show library',
      '/data => /tv',
      '/data/show.mp4',
      'Plex has it, but the library "TV" is of type show; only movie-type libraries are written.',
    ],
    [
      'folder of a show library',
      '/data => /tv',
      '/data/x.mp4',
      'It is in a folder that is not written: the library "TV" is of type show; only movie-type libraries are written.',
    ],
    [
      'library not chosen',
      '/data => /other',
      '/data/x.mp4',
      'It is in a folder that is not written: the library "Other" is not among those chosen in plex_library.',
    ],
    [
      'same root, other folder',
      '',
      '/media/B/1.mp4',
      'It belongs to the library "Scenes" but is not there; Plex has that name at /media/A/1.mp4. A path rule may be missing.',
    ],
  ])('says why: %s', (_, rules, path, reason) => {
    expect(test(rules, path).failures.map((failure) => failure.reason)).toEqual([reason])
  })
})

describe('chooseSections', () => {
  const all = ['movie', 'show', 'artist', 'movie'].map((type, at) => ({
    ...section,
    id: `${at + 1}`,
    title: `Library ${at + 1}`,
    type,
    locations: [],
  }))

  it('takes all movie-type libraries where none is named', () => {
    const choice = chooseSections(all, [])
    expect(choice.sections.map(({ skipped }) => skipped?.because ?? null)).toEqual([
      null,
      'wrong_type',
      'wrong_type',
      null,
    ])
  })

  it('takes those named, and reports names that no library has', () => {
    const choice = chooseSections(all, ['LIBRARY 4', 'Films'])
    expect(choice.sections.map(({ skipped }) => skipped?.because ?? null)).toEqual([
      'not_chosen',
      'wrong_type',
      'wrong_type',
      null,
    ])
    expect(choice.unknownNames).toEqual(['Films'])
  })

  it('says where quotes are the cause of an unknown name', () => {
    const [one] = all
    if (one === undefined) throw new Error('no section')
    const titled = (title: string, id: string) => ({ ...one, id, title })
    const separate = [titled('Clips', '1'), titled('Shorts', '2')]
    expect(chooseSections(separate, ['Clips, Shorts']).quoteHints).toEqual([
      { reading: 'several', name: 'Clips, Shorts', parts: ['Clips', 'Shorts'] },
    ])
    expect(chooseSections([titled('Clips, Shorts', '1')], ['Clips', 'Shorts']).quoteHints).toEqual([
      { reading: 'one', name: 'Clips, Shorts', parts: ['Clips', 'Shorts'] },
    ])
    expect(chooseSections(separate, ['Clips', 'Other']).quoteHints).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { PlexPart, SceneFile } from '../../../shared/domain.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { type Decision, decide } from './decision.ts'
import { openIndex, part } from './part-index.fixture.ts'
import { lookupLimit } from './part-lookup.ts'
import { compilePathRules, noPathRules, type PathRules } from './path-rules.ts'
import type { Pick as RememberedPick } from './pick.ts'
import type { MatchSection } from './section-choice.ts'

const sections: readonly MatchSection[] = [
  { id: '1', title: 'Scenes', locations: ['/media'], skipped: null },
  { id: '2', title: 'Archive', locations: ['/archive'], skipped: null },
  {
    id: '3',
    title: 'TV',
    locations: ['/tv'],
    skipped: { library: 'TV', because: 'wrong_type', type: 'show' },
  },
  {
    id: '4',
    title: 'Private',
    locations: ['/private'],
    skipped: { library: 'Private', because: 'not_chosen', type: 'movie' },
  },
]

function file(path: string, size: number | null = 1000, duration: number | null = 600): SceneFile {
  return { path, size, duration }
}

function rules(text: string): PathRules {
  const compiled = compilePathRules(text)
  if (!compiled.ok) throw new Error(compiled.fault.message)
  return compiled.value
}

interface Case {
  readonly name: string
  readonly files: readonly SceneFile[]
  readonly plex: readonly PlexPart[]
  readonly rules?: string
  readonly loose?: boolean
  readonly sceneId?: string
  readonly picks?: readonly (Pick<RememberedPick, 'path' | 'ratingKey' | 'file' | 'size'> & {
    readonly sceneId?: string
  })[]
  readonly expected: {
    readonly confidence: Decision['confidence']
    readonly targets?: readonly string[]
    readonly fault?: Decision['fault']
    readonly candidates?: readonly string[]
    readonly step?: string
  }
}

function run(input: Omit<Case, 'name' | 'expected'>): Decision {
  const { db, index, picks } = openIndex(input.plex)
  for (const pick of input.picks ?? []) picks.remember({ sceneId: null, duration: null, ...pick })
  const decision = decide({
    sceneId: input.sceneId ?? null,
    files: input.files,
    rules: input.rules === undefined ? noPathRules : rules(input.rules),
    lookup: index,
    sections,
    picks,
    strict: input.loose !== true,
  })
  db.close()
  return decision
}

const cases: readonly Case[] = [
  // 1. exact path
  {
    name: 'the same path on both servers',
    files: [file('/media/A/x.mp4')],
    plex: [part('1', '/media/A/x.mp4', { size: 5, duration: 5 })],
    expected: { confidence: 'high', targets: ['1'], step: 'Plex has exactly this path: item 1 in "Scenes".' },
  },
  {
    name: 'a path under a rule',
    files: [file('D:\\data\\A\\x.mp4')],
    plex: [part('1', '/media/A/x.mp4')],
    rules: 'D:\\data => /media',
    expected: {
      confidence: 'high',
      targets: ['1'],
      step: 'The path rule "D:\\data => /media" makes it /media/A/x.mp4.',
    },
  },
  {
    name: 'another Unicode form',
    files: [file('/media/Cafe\u0301.mp4')],
    plex: [part('1', '/media/Caf\u00e9.mp4')],
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'the second file of the scene',
    files: [file('/data/old.mp4', 7), file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4')],
    expected: { confidence: 'high', targets: ['1'], candidates: [] },
  },
  {
    name: 'one file in two libraries: both items',
    files: [file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4'), part('9', '/media/x.mp4', { sectionId: '2' })],
    expected: { confidence: 'high', targets: ['1', '9'], step: 'item 1 in "Scenes" and item 9 in "Archive"' },
  },
  {
    name: 'two files of a scene that Plex has merged into one item',
    files: [file('/media/a.mp4'), file('/media/b.mp4')],
    plex: [part('1', '/media/a.mp4'), part('1', '/media/b.mp4')],
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'two files of a scene that are two items: both play it',
    files: [file('/media/a.mp4'), file('/media/b.mp4')],
    plex: [part('2', '/media/b.mp4'), part('1', '/media/a.mp4')],
    expected: { confidence: 'high', targets: ['1', '2'] },
  },
  // 2. same name and size
  {
    name: 'a moved file: same name and size elsewhere',
    files: [file('/data/new/x.mp4', 123456)],
    plex: [part('1', '/media/old/x.mp4', { size: 123456 }), part('2', '/media/other/x.mp4', { size: 99 })],
    expected: {
      confidence: 'high',
      targets: ['1'],
      step: 'One file in Plex is certainly the same (same file name, same size (123,456 bytes)',
    },
  },
  {
    name: 'a moved file below a rule',
    files: [file('/data/new/x.mp4')],
    plex: [part('1', '/media/old/x.mp4')],
    rules: '/data => /media',
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'a moved file in two libraries',
    files: [file('/data/x.mp4')],
    plex: [part('1', '/media/x.mp4'), part('2', '/media/x.mp4', { sectionId: '2' })],
    expected: { confidence: 'high', targets: ['1', '2'] },
  },
  {
    name: 'two copies of the file in two folders: not certain',
    files: [file('/data/x.mp4')],
    plex: [part('1', '/media/a/x.mp4'), part('2', '/media/b/x.mp4')],
    expected: {
      confidence: 'low',
      fault: 'low_confidence',
      candidates: ['1', '2'],
      step: '2 items in Plex have the same name and size',
    },
  },
  {
    name: 'two versions of one item',
    files: [file('/data/x.mp4')],
    plex: [part('1', '/media/a/x.mp4'), part('1', '/media/b/x.mp4')],
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'no size in Plex: the duration within a second',
    files: [file('/data/x.mp4', 1000, 600.9)],
    plex: [part('1', '/media/x.mp4', { size: null, duration: 600 })],
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'no size in Stash: the duration within a second',
    files: [file('/data/x.mp4', null, 599)],
    plex: [part('1', '/media/x.mp4'), part('2', '/media/b/x.mp4', { duration: 700 })],
    expected: { confidence: 'high', targets: ['1'] },
  },
  {
    name: 'neither size nor duration',
    files: [file('/data/x.mp4', null, null)],
    plex: [part('1', '/media/x.mp4')],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'zero is not a size',
    files: [file('/data/x.mp4', 0, 0)],
    plex: [part('1', '/media/x.mp4', { size: 0, duration: 0 })],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'the duration does not outweigh another size',
    files: [file('/data/x.mp4', 1000, 600)],
    plex: [part('1', '/media/x.mp4', { size: 1001, duration: 600 })],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'letter case between two POSIX names is a difference',
    files: [file('/data/X.mp4')],
    plex: [part('1', '/media/x.mp4')],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'letter case between Windows and POSIX is none',
    files: [file('D:\\data\\X.mp4')],
    plex: [part('1', '/media/x.mp4')],
    expected: { confidence: 'high', targets: ['1'] },
  },
  // 3. covered, or candidates
  {
    name: 'the original’s wrong match, with a shared root',
    files: [file('/media/StudioB/scene1.mp4', 2222, 700)],
    plex: [part('1', '/media/StudioA/scene1.mp4')],
    expected: {
      confidence: 'none',
      fault: 'not_in_plex',
      candidates: ['1'],
      step: 'is not in Plex yet; the one item',
    },
  },
  {
    name: 'the original’s wrong match, below a rule, also without strict matching',
    files: [file('/data/StudioB/scene1.mp4', 2222, 700)],
    plex: [part('1', '/media/StudioA/scene1.mp4')],
    rules: '/data => /media',
    loose: true,
    expected: { confidence: 'none', fault: 'not_in_plex', candidates: ['1'] },
  },
  {
    name: 'the original’s wrong match, covered by nothing',
    files: [file('/data/StudioB/scene1.mp4', 2222, 700)],
    plex: [part('1', '/media/StudioA/scene1.mp4')],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'the original’s wrong match, covered by nothing, without strict matching',
    files: [file('/data/StudioB/scene1.mp4', 2222, 700)],
    plex: [part('1', '/media/StudioA/scene1.mp4')],
    loose: true,
    expected: {
      confidence: 'low',
      fault: 'low_confidence',
      candidates: ['1'],
      step: 'has another size or duration: it is not taken',
    },
  },
  {
    name: 'a rule into a folder that no library has',
    files: [file('/data/x.mp4')],
    plex: [],
    rules: '/data => /nowhere',
    expected: {
      confidence: 'none',
      fault: 'not_in_plex',
      step: 'No Plex library has that folder: correct the path rule',
    },
  },
  {
    name: 'only the letter case of the folder differs, and the size too',
    files: [file('/media/a/x.mp4', 5, 5)],
    plex: [part('1', '/media/A/x.mp4')],
    expected: {
      confidence: 'none',
      fault: 'not_in_plex',
      candidates: ['1'],
      step: 'Plex has /media/A/x.mp4: only upper and lower case differ.',
    },
  },
  {
    name: 'candidates: deepest common end of the path first',
    files: [file('/data/StudioA/Set 1/x.mp4', 5, 5)],
    plex: [part('1', '/media/x.mp4'), part('2', '/media/StudioA/Set 1/x.mp4'), part('3', '/media/StudioB/Set 1/x.mp4')],
    expected: {
      confidence: 'low',
      fault: 'low_confidence',
      candidates: ['2', '3', '1'],
      step: "LOW confidence match for 'x.mp4': 3 candidates found",
    },
  },
  {
    name: 'a candidate by the title that the file name stands for',
    files: [file('/data/Advent Calendar 5 - 2024-12-05.mp4', 5, 5)],
    plex: [part('1', '/media/ac5.mkv', { title: 'Advent Calendar 5' }), part('2', '/media/a.mkv', { title: 'A' })],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['1'] },
  },
  {
    name: 'without strict matching: the best candidate',
    files: [file('/data/A/x.mp4', null, null)],
    plex: [part('1', '/media/A/x.mp4'), part('2', '/media/B/x.mp4')],
    loose: true,
    expected: {
      confidence: 'low',
      targets: ['1'],
      candidates: ['1', '2'],
      step: 'strict_matching is off, so the best candidate is taken: item 1',
    },
  },
  {
    name: 'without strict matching: a tie takes none',
    files: [file('/data/C/x.mp4', null, null)],
    plex: [part('1', '/media/A/x.mp4'), part('2', '/media/B/x.mp4')],
    loose: true,
    expected: {
      confidence: 'low',
      fault: 'low_confidence',
      candidates: ['1', '2'],
      step: '2 candidates are equally likely: none is taken.',
    },
  },
  {
    name: 'without strict matching: a tie of one file in two libraries takes both',
    files: [file('/data/A/x.mp4', null, null)],
    plex: [part('1', '/media/A/x.mp4'), part('2', '/media/A/x.mp4', { sectionId: '2' })],
    loose: true,
    expected: { confidence: 'low', targets: ['1', '2'] },
  },
  {
    name: 'one certain file of the scene makes likely ones of another file irrelevant',
    files: [file('/data/y.mp4', 5, 5), file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4'), part('2', '/elsewhere/y.mp4')],
    loose: true,
    expected: { confidence: 'high', targets: ['1'], candidates: [] },
  },
  // 4. nothing
  {
    name: 'nothing like it',
    files: [file('/data/x.mp4')],
    plex: [part('1', '/media/y.mp4')],
    expected: { confidence: 'none', fault: 'not_in_plex', candidates: [], step: "No Plex item found for 'x.mp4'." },
  },
  { name: 'no file', files: [], plex: [], expected: { confidence: 'none', fault: 'no_file_path' } },
  // libraries that are not written
  {
    name: 'an item of a show library',
    files: [file('/tv/x.mp4')],
    plex: [part('1', '/tv/x.mp4', { sectionId: '3' })],
    expected: {
      confidence: 'none',
      fault: 'unknown_library',
      step: 'Items are skipped: the library "TV" is of type show',
    },
  },
  {
    name: 'a folder of a show library that is not indexed',
    files: [file('/tv/x.mp4')],
    plex: [part('1', '/media/x.mp4', { size: 7 })],
    expected: {
      confidence: 'none',
      fault: 'unknown_library',
      step: 'Its folder is skipped: the library "TV" is of type show',
    },
  },
  {
    name: 'an item of a library that was not chosen',
    files: [file('/private/x.mp4')],
    plex: [part('1', '/private/x.mp4', { sectionId: '4' })],
    expected: { confidence: 'none', fault: 'not_in_plex', step: 'not among those chosen in plex_library' },
  },
  {
    name: 'the same file in a show library and in a movie library',
    files: [file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4', { sectionId: '3' }), part('2', '/media/x.mp4')],
    expected: { confidence: 'high', targets: ['2'] },
  },
  {
    name: 'candidates in libraries that are not written are none',
    files: [file('/data/x.mp4', 5, 5)],
    plex: [part('1', '/tv/x.mp4', { sectionId: '3' }), part('2', '/private/x.mp4', { sectionId: '4' })],
    expected: { confidence: 'none', fault: 'not_in_plex', candidates: [] },
  },
  {
    name: 'a library that Plex does not list any more',
    files: [file('/old/x.mp4')],
    plex: [part('1', '/old/x.mp4', { sectionId: '8' })],
    expected: { confidence: 'none', fault: 'not_in_plex', step: 'the library 8 does not exist any more' },
  },
  // picks
  {
    name: 'a pick wins over the exact path',
    files: [file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4'), part('2', '/media/y.mp4')],
    picks: [picked('/media/x.mp4', '2', '/media/y.mp4')],
    expected: { confidence: 'high', targets: ['2'], step: 'You picked item 2 for this file.' },
  },
  {
    name: 'a pick whose item is gone',
    files: [file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4')],
    picks: [picked('/media/x.mp4', '7', '/media/gone.mp4')],
    expected: {
      confidence: 'high',
      targets: ['1'],
      step: 'You picked item 7 for this file, but Plex no longer has it.',
    },
  },
  {
    name: 'a pick is for one file only',
    files: [file('/data/a.mp4', 5, 5), file('/media/x.mp4')],
    plex: [part('1', '/media/x.mp4'), part('2', '/media/y.mp4')],
    picks: [picked('/data/a.mp4', '2', '/media/y.mp4')],
    expected: { confidence: 'high', targets: ['2', '1'] },
  },
  {
    name: 'a pick in a library that is not written',
    files: [file('/data/x.mp4', 5, 5)],
    plex: [part('1', '/tv/y.mp4', { sectionId: '3' })],
    picks: [picked('/data/x.mp4', '1', '/tv/y.mp4')],
    expected: { confidence: 'none', fault: 'not_in_plex' },
  },
  {
    name: 'a pick whose key is another film now',
    files: [file('/data/x.mp4', 5, 5)],
    plex: [part('2', '/media/stranger.mp4', { size: 7, duration: 9 })],
    picks: [picked('/data/x.mp4', '2', '/media/y.mp4')],
    expected: { confidence: 'none', fault: 'not_in_plex', step: 'that item plays another file now' },
  },
  {
    name: 'a pick whose file has another key in a rebuilt library',
    files: [file('/data/x.mp4', 5, 5)],
    plex: [part('2', '/media/stranger.mp4', { size: 7, duration: 9 }), part('31', '/media/y.mp4')],
    picks: [picked('/data/x.mp4', '2', '/media/y.mp4')],
    expected: { confidence: 'high', targets: ['31'] },
  },
  {
    name: 'a pick for a scene that was renamed on both sides',
    files: [file('/data/new.mp4', 1000, 5)],
    sceneId: '4',
    plex: [part('2', '/media/new-name.mp4')],
    picks: [{ ...picked('/data/old.mp4', '2', '/media/old-name.mp4'), sceneId: '4' }],
    expected: { confidence: 'high', targets: ['2'] },
  },
  {
    name: 'a pick of an earlier release that says nothing of the file',
    files: [file('/data/x.mp4', 5, 5)],
    plex: [part('2', '/media/y.mp4')],
    picks: [{ path: '/data/x.mp4', ratingKey: '2', file: null, size: null }],
    expected: { confidence: 'low', fault: 'low_confidence', candidates: ['2'] },
  },
]

function picked(path: string, ratingKey: string, plexFile: string): NonNullable<Case['picks']>[number] {
  return { path, ratingKey, file: plexFile, size: 1000 }
}

describe('decide', () => {
  it.each(cases)('$name', ({ expected, ...input }) => {
    const decision = run(input)
    expect(decision.confidence).toBe(expected.confidence)
    expect(decision.targets.map(({ ratingKey }) => ratingKey)).toEqual(expected.targets ?? [])
    expect(decision.fault).toBe(expected.fault ?? null)
    if (expected.candidates !== undefined)
      expect(decision.candidates.map((candidate) => candidate.rating_key)).toEqual(expected.candidates)
    if (expected.step !== undefined) expect(decision.steps.map(englishStep).join('\n')).toContain(expected.step)
  })

  it('says each step in the order taken', () => {
    const decision = run({
      files: [file('/data/StudioB/scene1.mp4', 2222, 700)],
      plex: [part('1', '/media/StudioA/scene1.mp4', { title: 'Scene One' })],
      rules: '/data => /media',
    })
    expect(decision.steps.map(englishStep)).toEqual([
      'File 1 of 1: /data/StudioB/scene1.mp4 (2,222 bytes, 700 s).',
      'The path rule "/data => /media" makes it /media/StudioB/scene1.mp4.',
      'Plex has no item with the path /media/StudioB/scene1.mp4.',
      'No file in Plex has the same name and size.',
      'It belongs to the library "Scenes" and is not in Plex yet; the one item with its name or title is not certain to be the same file.',
      "No Plex item found for 'scene1.mp4'.",
    ])
    expect(decision.candidates).toEqual([
      {
        rating_key: '1',
        section: 'Scenes',
        file: '/media/StudioA/scene1.mp4',
        title: 'Scene One',
        evidence: [
          'same file name',
          'size differs (2,222 bytes in Stash, 1,000 bytes in Plex)',
          'duration differs (700 s in Stash, 600 s in Plex)',
        ],
        evidence_codes: [
          { code: 'same_name', values: {} },
          { code: 'size_differs', values: { stash: 2222, plex: 1000 } },
          { code: 'duration_differs', values: { stash: 700, plex: 600 } },
        ],
      },
    ])
  })

  it('shows where Plex should have a missing file, for a scan of the folder', () => {
    const decision = run({ files: [file('D:\\data\\A\\x.mp4')], plex: [], rules: 'D:\\data => /media' })
    expect(decision.covered).toBe(true)
    expect(decision.expected).toEqual([{ sectionId: '1', folder: '/media/A', path: '/media/A/x.mp4' }])
  })

  it('shows ten candidates at most and counts all', () => {
    const plex = Array.from({ length: 12 }, (_, at) => part(`${at + 1}`, `/media/${at}/x.mp4`))
    const decision = run({ files: [file('/data/x.mp4', 5, 5)], plex })
    expect(decision.candidates).toHaveLength(10)
    expect(decision.message).toBe("LOW confidence match for 'x.mp4': 12 candidates found")
  })

  it('trusts no duration where the name is too common to see all items', () => {
    const plex = Array.from({ length: lookupLimit + 1 }, (_, at) =>
      part(`${at + 1}`, `/media/${at}/video.mp4`, { size: at + 10, duration: at === 3 ? 600 : 10 }),
    )
    const unsized = run({ files: [file('/data/video.mp4', null, 600)], plex })
    expect(unsized.confidence).toBe('low')
    expect(unsized.steps.map(englishStep).join('\n')).toContain(
      `More than ${lookupLimit} files in Plex are called like it`,
    )
    const sized = run({ files: [file('/data/video.mp4', lookupLimit + 10, 600)], plex })
    expect(sized.targets.map(({ ratingKey }) => ratingKey)).toEqual([`${lookupLimit + 1}`])
  })
})

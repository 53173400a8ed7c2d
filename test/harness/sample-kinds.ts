/** The kinds of scenes in the sample and what is awkward about each. Past 300 lines because it is one table. */
import type { ExpectedFields, MadeScene, SampleOutcome, SamplePlexItem } from './made-scene.ts'
import type { PartSeed } from './plex-item.ts'
import { sampleDate, sampleNames, sampleStudio, sampleTags, sampleText, sampleTitle } from './sample-words.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { FileSeed, SceneSeed } from './stash-library.ts'

type Builder = (random: SeededRandom, n: number) => MadeScene

const stashRoot = '/data/scenes'
const plexRoot = '/media/library'

/** A clean scene below the usual folder: what most of a library looks like. */
function plain(random: SeededRandom, n: number, name = `${sampleTitle(random)} ${n}`): MadeScene {
  const folder = sampleStudio(random)
  const scene = {
    title: name,
    details: sampleText(random),
    date: sampleDate(random),
    studio: folder,
    performers: sampleNames(random, random.integer(1, 3)),
    tags: sampleTags(random, random.integer(1, 5)),
    rating100: random.chance(0.3) ? random.integer(1, 100) : null,
  }
  const sides = onBothSides(n, `/${folder}/${name}.mp4`)
  return { stash: { ...scene, ...sides.stash }, plex: sides.plex, outcome: 'synced', expected: fieldsOf(scene) }
}

/** What Plex shows for clean values. */
function fieldsOf(scene: SceneSeed & { title: string }): ExpectedFields {
  return {
    title: scene.title,
    ...(scene.details && { summary: scene.details }),
    ...(scene.date && { originallyAvailableAt: scene.date }),
    ...(scene.studio && { studio: scene.studio, collections: [scene.studio] }),
    genres: scene.tags ?? [],
    actors: (scene.performers ?? []).map((one) => (typeof one === 'string' ? one : one.name)),
  }
}

/** One file, the same on both sides except for the root. */
function onBothSides(n: number, path: string): { stash: { files: FileSeed[] }; plex: SamplePlexItem[] } {
  const file = stashFile(`${stashRoot}${path}`, n)
  return { stash: { files: [file] }, plex: [{ section: 1, file: plexPart(`${plexRoot}${path}`, n) }] }
}

/** Sizes differ from scene to scene, so that a size proves something. */
function stashFile(path: string, n: number): FileSeed {
  return { path, size: 1_000_000_000 + n * 4099, duration: 600 + (n % 1000) }
}

function plexPart(file: string, n: number): PartSeed {
  return { file, size: 1_000_000_000 + n * 4099, duration: (600 + (n % 1000)) * 1000 }
}

/** A plain scene with other values in Stash and, where they read differently, in Plex. */
function varied(random: SeededRandom, n: number, seed: SceneSeed, expected: Partial<ExpectedFields> = {}): MadeScene {
  const made = plain(random, n)
  const stash = { ...made.stash, ...seed }
  return { ...made, stash, expected: { ...fieldsOf({ ...stash, title: stash.title ?? '' }), ...expected } }
}

/** A plain scene whose file is called like this on both sides. */
function named(random: SeededRandom, n: number, path: string, seed: SceneSeed = {}): MadeScene {
  const made = varied(random, n, seed)
  const sides = onBothSides(n, path)
  return { ...made, stash: { ...made.stash, ...sides.stash }, plex: sides.plex }
}

/** A plain scene with other items in Plex. */
function placed(made: MadeScene, plex: SamplePlexItem[], outcome: SampleOutcome = made.outcome): MadeScene {
  return { ...made, plex, outcome, expected: outcome === 'synced' ? made.expected : null }
}

export const sampleKinds = {
  plain: (random, n) => plain(random, n),
  unicode: (random, n) =>
    named(random, n, `/Größe/Žluťoučký kůň ${n} 夜の港 .mkv`.replace(' .', '.'), {
      title: `Žluťoučký kůň · 夜の港 · Ночь ${n}`,
      performers: ['Łucja Świętosława', '山田 花子', 'Ülkü Çağlar'],
      tags: ['Zürich', '日本', 'façade'],
    }),
  emoji_joiners: (random, n) =>
    named(random, n, `/Emoji/Family 👨‍👩‍👧‍👦 day ${n} 🏳️‍🌈.mp4`, {
      title: `Family 👨‍👩‍👧‍👦 day ${n} 🏳️‍🌈`,
      tags: ['🏖️ Beach', '👩🏽‍🔬 Science'],
    }),
  right_to_left: (random, n) =>
    named(random, n, `/RTL/ערב בנמל ${n}.mp4`, {
      title: `ערב בנמל \u200f(${n})\u200f`,
      performers: ['ليلى حداد', 'נועה לוי'],
      details: 'مساء هادئ قرب الماء.',
    }),
  same_name: (random, n) => {
    const made = named(random, n, `/Studio A/clip ${n}.mp4`, { title: `Clip of A ${n}` })
    const twin: SamplePlexItem = {
      section: 1,
      file: plexPart(`${plexRoot}/Studio B/clip ${n}.mp4`, n + 50_000),
      bystander: true,
    }
    return { ...made, plex: [...made.plex, twin] }
  },
  same_name_unscanned: (random, n) => {
    const made = named(random, n, `/Studio B/scene ${n}.mp4`)
    return placed(
      made,
      [{ section: 1, file: plexPart(`${plexRoot}/Studio A/scene ${n}.mp4`, n + 50_000), bystander: true }],
      'not_in_plex',
    )
  },
  moved_same_size: (random, n) => {
    const made = named(random, n, `/Inbox/moved ${n}.mp4`)
    return placed(made, [{ section: 1, file: plexPart(`${plexRoot}/Sorted/2020/moved ${n}.mp4`, n) }])
  },
  several_files: (random, n) => {
    const made = plain(random, n)
    const files = [
      stashFile(`${stashRoot}/Low quality/${n} low.mp4`, n + 60_000),
      stashFile(`${stashRoot}/Best/${n} best.mkv`, n),
    ]
    const found: SamplePlexItem[] = [{ section: 1, file: plexPart(`${plexRoot}/Best/${n} best.mkv`, n) }]
    return placed({ ...made, stash: { ...made.stash, files } }, found)
  },
  no_file: (random, n) => {
    const made = plain(random, n)
    return placed({ ...made, stash: { ...made.stash, files: [] } }, [], 'no_file')
  },
  no_metadata: (_random, n) => {
    const sides = onBothSides(n, `/New/untouched ${n}.mp4`)
    const plex = sides.plex.map((item) => ({ ...item, bystander: true }))
    return {
      stash: { title: `Only a title ${n}`, rating100: 80, ...sides.stash },
      plex,
      outcome: 'no_metadata',
      expected: null,
    }
  },
  not_in_plex: (random, n) => placed(plain(random, n), [], 'not_in_plex'),
  commas: (random, n) =>
    named(random, n, `/Sun, moon/Sea, sand, and wind, ${n}.mp4`, {
      title: `Sea, sand, and wind, ${n}`,
      performers: ['Smith, Jane', 'Brandt, Ada'],
      tags: ['Black, white', 'One,Two', 'Plain'],
      studio: 'Salt, Pepper & Co.',
    }),
  quotes_percent: (random, n) =>
    named(random, n, `/100%/50%25 "off" 'now' & then #${n} + more;=?.mp4`, {
      title: `50% "off" & <now> #${n} + 'more'`,
      performers: [`Dario "Ace" O'Neil`],
      tags: ['50% off', '100%25', 'a=b&c', 'C++', '<tag>'],
      details: `<b>Bold</b> &amp; "quoted" 'text' 100% + [brackets] {braces}`,
    }),
  wildcards: (random, n) => named(random, n, `/Wild_cards/take_${n}_100%_[final].mp4`),
  line_ends: (random, n) =>
    varied(
      random,
      n,
      { details: `First line\r\nSecond line\r\n\r\nFourth\tline ${n}` },
      { summary: `First line\nSecond line\n\nFourth\tline ${n}` },
    ),
  control_characters: (random, n) =>
    varied(random, n, { title: `Tab\there\u0007 bell ${n}` }, { title: `Tab here bell ${n}` }),
  long_summary: (random, n) => varied(random, n, { details: longText(9_500, n) }),
  long_summary_wide: (random, n) => varied(random, n, { details: longText(2_400, n).replaceAll('o', '海') }),
  cut_summary: (random, n) => {
    const details = longText(14_000, n)
    const made = varied(random, n, { details })
    const { summary: _summary, ...expected } = made.expected ?? { title: '' }
    return { ...made, expected: { ...expected, summaryPrefix: details.slice(0, 8_000) } }
  },
  many_tags: (random, n) => varied(random, n, { tags: numbered('Subject', 60), performers: numbered('Person', 25) }),
  too_many_tags: (random, n) => {
    const names = numbered('Topic', 130)
    const made = varied(random, n, { tags: names })
    const { genres: _genres, ...expected } = made.expected ?? { title: '' }
    return { ...made, expected: { ...expected, genresFrom: { count: 100, names } } }
  },
  year_only: (random, n) => varied(random, n, { date: '2023' }, { originallyAvailableAt: '2023-01-01' }),
  month_only: (random, n) => varied(random, n, { date: '2023-05' }, { originallyAvailableAt: '2023-05-01' }),
  year_known_better: (random, n) => {
    const made = varied(random, n, { date: '2023' }, { originallyAvailableAt: '2023-07-14' })
    return placed(
      made,
      made.plex.map((item) => ({ ...item, text: { originallyAvailableAt: '2023-07-14' } })),
    )
  },
  two_libraries: (random, n) => {
    const made = named(random, n, `/favourites/double ${n}.mp4`)
    return placed(made, [...made.plex, ...made.plex.map((item) => ({ ...item, section: 2 as const }))])
  },
  two_versions: (random, n) => {
    const made = named(random, n, `/Versions/film ${n} - 1080p.mkv`)
    const other = plexPart(`${plexRoot}/Versions/film ${n} - 480p.mp4`, n + 70_000)
    const own = plexPart(`${plexRoot}/Versions/film ${n} - 1080p.mkv`, n)
    return placed(made, [{ section: 1, media: [{ parts: [other], height: 480 }, { parts: [own] }] }])
  },
  stacked_parts: (random, n) => {
    const made = named(random, n, `/Stacked/long film ${n} - cd2.avi`)
    const parts = [1, 2].map((cd) =>
      plexPart(`${plexRoot}/Stacked/long film ${n} - cd${cd}.avi`, cd === 2 ? n : n + 80_000),
    )
    return placed(made, [{ section: 1, media: [{ parts }] }])
  },
  decomposed_in_plex: (random, n) => {
    const made = named(random, n, `/Café/Überraschung ä ${n}.mp4`.normalize('NFC'))
    return placed(made, [
      { section: 1, file: plexPart(`${plexRoot}/Café/Überraschung ä ${n}.mp4`.normalize('NFD'), n) },
    ])
  },
  decomposed_in_stash: (random, n) => {
    const made = named(random, n, `/Crème brûlée/Señor ${n}.mp4`.normalize('NFD'))
    return placed(made, [{ section: 1, file: plexPart(`${plexRoot}/Crème brûlée/Señor ${n}.mp4`.normalize('NFC'), n) }])
  },
  windows: (random, n) => onWindows(random, n, `D:\\Media\\Clips\\Evening ${n}.mp4`),
  windows_long_prefix: (random, n) => onWindows(random, n, `\\\\?\\D:\\Media\\Clips\\Evening ${n}.mp4`),
  windows_case: (random, n) => onWindows(random, n, `d:\\MEDIA\\clips\\EVENING ${n}.MP4`),
  show_library: (random, n) => {
    const made = plain(random, n)
    const files = [stashFile(`/data/series/Pilot/S01E${n}.mkv`, n)]
    const episode: SamplePlexItem = {
      section: 3,
      type: 'episode',
      file: plexPart(`/media/series/Pilot/S01E${n}.mkv`, n),
      bystander: true,
    }
    return placed({ ...made, stash: { ...made.stash, files } }, [episode], 'show_library')
  },
  ambiguous: (random, n) => {
    const made = plain(random, n)
    const files = [stashFile(`/elsewhere/loose/candidate ${n}.mp4`, n)]
    const candidates = ['Box 1', 'Box 2', 'Box 3'].map(
      (folder, at): SamplePlexItem => ({
        section: 1,
        file: plexPart(`${plexRoot}/${folder}/candidate ${n}.mp4`, n + 90_000 + at * 1000 + 1),
        bystander: true,
      }),
    )
    return placed({ ...made, stash: { ...made.stash, files } }, candidates, 'needs_you')
  },
  equal_already: (random, n) => {
    const made = plain(random, n)
    const { title, studio, details, date, performers, tags } = made.stash
    const item: Partial<SamplePlexItem> = {
      text: { title: title ?? '', studio: studio ?? '', summary: details ?? '', originallyAvailableAt: date ?? '' },
      tags: { actor: performers as string[], genre: tags ?? [], collection: studio ? [studio] : [] },
    }
    const plex = made.plex.map((one) => ({ ...one, ...item }))
    return { ...made, plex, outcome: 'unchanged', stash: { ...made.stash, cover: null } }
  },
  tags_of_a_person: (random, n) => {
    const made = plain(random, n)
    const plex = made.plex.map((item) => ({
      ...item,
      tags: { genre: ['Mine alone'], label: ['Keep'] },
      locked: ['genre'],
    }))
    const expected = { ...(made.expected ?? { title: '' }), genres: [...(made.stash.tags ?? []), 'Mine alone'] }
    return { ...made, plex, expected }
  },
  other_case_in_plex: (random, n) => {
    const made = varied(random, n, { tags: ['night', 'DRAMA', 'Slow'] })
    return placed(
      made,
      made.plex.map((item) => ({ ...item, tags: { genre: ['Night'] } })),
    )
  },
  same_named_people: (random, n) =>
    varied(
      random,
      n,
      {
        performers: [
          { name: 'Alex Doe', disambiguation: 'the elder' },
          { name: 'Alex Doe', disambiguation: 'the younger' },
        ],
      },
      { actors: ['Alex Doe'] },
    ),
  untitled: (random, n) => {
    const made = named(random, n, `/Untitled/raw footage ${n}.mp4`, { title: '' })
    return { ...made, expected: { ...(made.expected ?? {}), title: `raw footage ${n}` } }
  },
  big_file: (random, n) => {
    const made = named(random, n, `/Big/uncut ${n}.mkv`)
    const size = 48_000_000_000 + n
    const files = (made.stash.files ?? []).map((file) => ({ ...(file as FileSeed), size }))
    return {
      ...made,
      stash: { ...made.stash, files },
      plex: made.plex.map((item) => ({ ...item, file: { ...(item.file as PartSeed), size } })),
    }
  },
  subsidiary_studio: (random, n) => varied(random, n, { studio: 'Skylark Shorts', parentStudio: 'Skylark Pictures' }),
} as const satisfies Record<string, Builder>

export type SampleKind = keyof typeof sampleKinds
export const plainKind: SampleKind = 'plain'

/** Makes the n-th scene of a kind. */
export function buildKind(kind: SampleKind, random: SeededRandom, n: number): MadeScene {
  return (sampleKinds[kind] as Builder)(random, n)
}

function onWindows(random: SeededRandom, n: number, file: string): MadeScene {
  const made = plain(random, n)
  const files = [stashFile(`/data/windows/Clips/Evening ${n}.mp4`, n)]
  return placed({ ...made, stash: { ...made.stash, files } }, [{ section: 1, file: plexPart(file, n) }])
}

function longText(length: number, n: number): string {
  const words: string[] = []
  let total = 0
  for (let at = 0; total < length - 12; at++) {
    const word = `word${(at * 7919 + n) % 10_000}`
    words.push(word)
    total += word.length + 1
  }
  return `${words.join(' ')} end.`
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${name} ${String(at + 1).padStart(3, '0')}`)
}

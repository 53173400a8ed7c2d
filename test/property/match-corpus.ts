/**
 * A made-up library whose truth is known: scenes of Stash, files of Plex, and which items really play which scene.
 * Past 300 lines because the word lists and all situations belong together.
 */

import { joinPath, type PathKind } from '../../main/engine/match/path-key.ts'
import type { PlexPart, SceneFile } from '../../shared/domain.ts'
import type { SeededRandom } from '../harness/seeded-random.ts'

export interface LabelledScene {
  readonly what: Situation
  readonly files: readonly SceneFile[]
  /** Items that play this scene: writing to any other is a wrong match. */
  readonly truth: ReadonlySet<string>
  /** Items that have one of its files under exactly the mapped path. */
  readonly equalPath: ReadonlySet<string>
}

export interface Corpus {
  readonly scenes: readonly LabelledScene[]
  readonly parts: readonly PlexPart[]
  /** For `path_map`. */
  readonly rules: string
  readonly libraries: readonly { readonly id: string; readonly title: string; readonly locations: readonly string[] }[]
}

/** How often each occurs, in parts of a hundred or so. */
const situations = {
  same_place: 44,
  other_unicode_form: 6,
  other_letter_case: 4,
  two_libraries: 4,
  stacked_parts: 5,
  two_files: 5,
  copy_elsewhere: 4,
  moved: 5,
  renamed: 5,
  recoded: 3,
  missing: 6,
  missing_with_namesake: 6,
  no_rule: 5,
  no_rule_recoded: 4,
  no_rule_missing_with_namesake: 4,
  sibling_by_case: 3,
} as const
export type Situation = keyof typeof situations

const situationNames = Object.keys(situations) as readonly Situation[]
const lottery = situationNames.flatMap((name) => Array.from({ length: situations[name] }, () => name))

const studios = [
  'Studio A',
  'Studio B',
  'studio-a',
  'Ångström Films',
  'Café Noir',
  'Студия',
  'スタジオ',
  '工作室',
  'استوديو',
  'Łódź',
  '4K Dreams',
  'DVD Box',
  "O'Neil & Söhne",
  'A',
]
const words = [
  'scene',
  'Advent Calendar',
  'Été',
  'Сцена',
  'シーン',
  '场景',
  'مشهد',
  'Part',
  'The End',
  'Über uns',
  'x',
  'Clip, the',
  'Ñandú',
  '🎬 Take',
  'de\u0301ja\u0300 vu',
]
/** Names that half of all studios use. */
const commonNames = ['scene1', 'Scene 1', 'video', '01', 'Part 1', 'intro', 'Advent Calendar 5']
const endings = ['mp4', 'mkv', 'MP4', 'wmv', 'm4v']

/** Where Stash and Plex keep the same folders, as pairs of folders; the last one is covered by no rule. */
interface Layout {
  readonly stash: PathKind
  readonly plex: PathKind
  readonly roots: readonly (readonly [readonly string[], readonly string[]])[]
}

export const layouts: Readonly<Record<string, Layout>> = {
  'POSIX to POSIX': {
    stash: 'posix',
    plex: 'posix',
    roots: [
      [
        ['data', 'one'],
        ['media', 'first'],
      ],
      [
        ['data', 'one two'],
        ['media', 'second'],
      ],
      [['unruled'], ['films']],
    ],
  },
  'Windows to POSIX': {
    stash: 'windows',
    plex: 'posix',
    roots: [
      [
        ['D:', 'One'],
        ['mnt', 'first'],
      ],
      [
        ['D:', 'One', 'Sub'],
        ['mnt', 'second'],
      ],
      [['E:'], ['films']],
    ],
  },
  'POSIX to Windows': {
    stash: 'posix',
    plex: 'windows',
    roots: [
      [
        ['data', 'one'],
        ['E:', 'First'],
      ],
      [['data', 'two'], ['F:']],
      [['unruled'], ['G:', 'films']],
    ],
  },
  'POSIX to a share': {
    stash: 'posix',
    plex: 'unc',
    roots: [
      [
        ['data', 'one'],
        ['nas', 'media', 'First'],
      ],
      [
        ['data', 'two'],
        ['nas', 'media', 'Second'],
      ],
      [['unruled'], ['nas', 'films']],
    ],
  },
}

export function makeCorpus(layout: Layout, count: number, random: SeededRandom): Corpus {
  const parts: PlexPart[] = []
  let serial = 0
  let ratingKey = 100
  const usedPaths = new Set<string>()

  const text = (kind: PathKind, segments: readonly string[]) =>
    joinPath({ kind, segments }, kind === 'posix' ? '/' : '\\')
  const newName = () =>
    random.chance(0.3)
      ? `${random.pick(commonNames)}.${random.pick(endings)}`
      : `${random.pick(words)} ${random.integer(1, 400)}${random.chance(0.2) ? ' [2160p] DV' : ''}.${random.pick(endings)}`

  /** A place below a root that nothing is in yet: folders, then the name. */
  const newPlace = (root: number, name = newName()): readonly string[] => {
    for (let tries = 0; ; tries++) {
      const inSet = tries > 0 || random.chance(0.4)
      const folders = [random.pick(studios), ...(inSet ? [`Set ${random.integer(1, 60 + tries)}`] : [])]
      const key = `${root}/${[...folders, name].join('/')}`.normalize('NFC').toLowerCase()
      if (usedPaths.has(key)) continue
      usedPaths.add(key)
      return [...folders, name]
    }
  }
  const stashPath = (root: number, place: readonly string[]) =>
    text(layout.stash, [...(layout.roots[root]?.[0] ?? []), ...place])
  const plexPath = (root: number, place: readonly string[]) =>
    text(layout.plex, [...(layout.roots[root]?.[1] ?? []), ...place])

  /** No two films are equally large, nor equally long to the second: otherwise they could not be told apart. */
  const newFile = (path: string): SceneFile => {
    serial++
    return {
      path,
      size: 1_000_000 + serial * 1237 + random.integer(0, 1000),
      duration: 300 + serial * 3 + random.next(),
    }
  }
  const addPart = (key: string, path: string, file: SceneFile, sectionId = '1') => {
    const name = path.split(/[\\/]/).at(-1) ?? ''
    const title = random.chance(0.5) ? name.replace(/\.[^.]+$/, '') : `${random.pick(words)} ${random.integer(1, 50)}`
    const noSize = random.chance(0.02)
    parts.push({
      ratingKey: key,
      sectionId,
      title,
      file: path,
      size: noSize ? null : file.size,
      duration: file.duration === null ? null : Math.round(file.duration * 1000) / 1000,
    })
  }
  const newKey = () => String(ratingKey++)
  const label = (
    what: Situation,
    files: readonly SceneFile[],
    truth: readonly string[],
    equalPath: readonly string[] = truth,
  ): LabelledScene => ({
    what,
    files,
    truth: new Set(truth),
    equalPath: new Set(equalPath),
  })
  /** Another film of the same name in another folder. */
  const addNamesake = (root: number, name: string) => {
    const other = newPlace(root, name)
    addPart(newKey(), plexPath(root, other), newFile(''))
  }

  const makeScene = (): LabelledScene => {
    const what = random.pick(lottery)
    const root = what.startsWith('no_rule') ? 2 : random.integer(0, 1)
    const place = newPlace(root)
    const name = place.at(-1) ?? ''
    const file = newFile(stashPath(root, place))
    const key = newKey()
    const exact = plexPath(root, place)
    switch (what) {
      case 'same_place':
        addPart(key, exact, file)
        return label(what, [file], [key])
      case 'other_unicode_form':
        addPart(key, random.chance(0.5) ? exact.normalize('NFD') : exact.normalize('NFC'), file)
        return label(what, [file], [key])
      case 'other_letter_case': {
        // Only if neither server's system tells the cases apart is it the same path.
        const sameFile = layout.plex !== 'posix'
        addPart(key, sameFile ? exact.toUpperCase().normalize('NFC') : exact, file)
        return label(what, [file], [key], exact.includes('ß') ? [] : [key])
      }
      case 'two_libraries': {
        const second = newKey()
        addPart(key, exact, file)
        addPart(second, exact, file, '2')
        return label(what, [file], [key, second])
      }
      case 'stacked_parts': {
        const more = newPlace(root)
        const second = newFile(stashPath(root, more))
        addPart(key, exact, file)
        addPart(key, plexPath(root, more), second)
        return label(what, random.chance(0.5) ? [file, second] : [second], [key])
      }
      case 'two_files': {
        const more = newPlace(root)
        const second = newFile(stashPath(root, more))
        const secondKey = newKey()
        addPart(key, exact, file)
        addPart(secondKey, plexPath(root, more), second)
        return label(what, [file, second], [key, secondKey])
      }
      case 'copy_elsewhere': {
        const copy = newKey()
        addPart(key, exact, file)
        addPart(copy, plexPath(root, newPlace(root, name)), file)
        return label(what, [file], [key, copy], [key])
      }
      case 'moved':
        addPart(key, plexPath(root, newPlace(root, name)), file)
        return label(what, [file], [key], [])
      case 'renamed':
        addPart(key, plexPath(root, newPlace(root, `renamed ${name}`)), file)
        return label(what, [file], [key], [])
      case 'recoded':
        addPart(key, exact, newFile(''))
        return label(what, [file], [key])
      case 'missing':
        return label(what, [file], [])
      case 'missing_with_namesake':
        addNamesake(root, name)
        return label(what, [file], [])
      case 'no_rule':
        addPart(key, exact, file)
        return label(what, [file], [key], [])
      case 'no_rule_recoded':
        addPart(key, exact, newFile(''))
        return label(what, [file], [key], [])
      case 'no_rule_missing_with_namesake':
        addNamesake(root, name)
        return label(what, [file], [])
      case 'sibling_by_case': {
        // Two films whose names differ in letter case only, where that can be; Plex has the other one.
        const isPossible = layout.plex === 'posix' && layout.stash === 'posix' && name.toUpperCase() !== name
        addPart(
          key,
          isPossible
            ? plexPath(root, [...place.slice(0, -1), name.toUpperCase()])
            : plexPath(root, newPlace(root, name)),
          newFile(''),
        )
        return label(what, [file], [])
      }
    }
  }

  const scenes = Array.from({ length: count }, makeScene)
  const rules = layout.roots
    .slice(0, 2)
    .map(([stash, plex]) => `${text(layout.stash, stash)} => ${text(layout.plex, plex)}`)
    .join('; ')
  const locations = layout.roots.map(([, plex]) => text(layout.plex, plex))
  return {
    scenes,
    parts,
    rules,
    libraries: [
      { id: '1', title: 'Scenes', locations },
      { id: '2', title: 'Favourites', locations: locations.slice(0, 2) },
    ],
  }
}

/** Title and sort title by their templates. Pure. */
import type { StashScene } from '../../../shared/domain.ts'
import { fillTemplate, isOnlySeparators, type TitlePlaceholder } from '../../../shared/written/template.ts'
import type { CastMember } from './cast.ts'
import type { WrittenRules } from './rules.ts'
import { type Cleaned, cleanLine } from './sanitise.ts'

interface Titles {
  /** Empty only if neither title nor file has a name. */
  readonly title: string
  /** Empty if none is to be written. */
  readonly titleSort: string
  /** The title is the file's name, or contains it in place of one. */
  readonly fromFile: boolean
}

/** @param noted takes what is wrong with a text. */
export function titlesOf(
  scene: StashScene,
  cast: readonly CastMember[],
  rules: WrittenRules,
  noted: (what: string, cleaned: Cleaned) => string,
): Titles {
  const ownTitle = noted('title', cleanLine(scene.title))
  const stem = cleanLine(fileStem(scene)).text
  const line = (text: string | null | undefined) => cleanLine(text ?? '').text
  const value = (placeholder: TitlePlaceholder, inBrackets: boolean): string => {
    switch (placeholder) {
      case 'title':
        return ownTitle || (inBrackets ? '' : stem)
      case 'studio':
        return line(scene.studio?.name)
      case 'parent_studio':
        return line(scene.studio?.parentName)
      case 'date':
        return line(scene.date)
      case 'year':
        return line(scene.date).slice(0, 4)
      case 'performers':
        return cast.map(({ name }) => line(name)).join(', ')
      case 'performer':
        return line(cast[0]?.name)
      case 'code':
        return line(scene.code)
      case 'group':
        return line(scene.groups?.[0]?.name)
      case 'file':
        return stem
    }
  }
  const filled = rules.isPlainTitle ? ownTitle : noted('title', cleanLine(fillTemplate(rules.title, value)))
  const isEmpty = rules.isPlainTitle ? ownTitle === '' : isOnlySeparators(filled)
  const titleSort = rules.titleSort === null ? '' : cleanLine(fillTemplate(rules.titleSort, value)).text
  return {
    title: isEmpty ? stem : filled,
    titleSort: isOnlySeparators(titleSort) ? '' : titleSort,
    fromFile: isEmpty || (ownTitle === '' && rules.title.placeholders.has('title')),
  }
}

/**
 * The file's name without its last extension: `Vol. 2.5.mp4` → `Vol. 2.5`. Stash gives a scene's files in no certain
 * order, so it is always the one whose path sorts first; any other choice could change the title at every sync.
 */
function fileStem(scene: StashScene): string {
  const [path = ''] = scene.files.map((file) => file.path).sort()
  return stemOf(path)
}

/** The file name of a POSIX or Windows path without its last extension; only that: dots before it belong to the name. */
export function stemOf(path: string): string {
  // A POSIX name may contain a backslash.
  const name = path.split(path.startsWith('/') ? '/' : /[\\/]/).at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

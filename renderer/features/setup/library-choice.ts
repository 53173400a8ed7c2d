import type { LibraryInfo } from '../../../shared/contract.ts'
import { splitNames } from '../../../shared/settings.ts'

/** Ids of the usable libraries that the `plex_library` setting stands for; empty means all. */
export function chosenLibraries(libraries: readonly LibraryInfo[], setting: string): Set<string> {
  const names = splitNames(setting)
  const usable = libraries.filter((library) => library.usable)
  return new Set(usable.filter(({ title }) => names.length === 0 || names.includes(title)).map(({ id }) => id))
}

/** The setting that stands for a choice. Names are separated by commas, so a name with one cannot be listed. */
export function libraryNames(libraries: readonly LibraryInfo[], chosen: ReadonlySet<string>): string {
  return libraries
    .filter(({ id, usable, title }) => usable && chosen.has(id) && !title.includes(','))
    .map(({ title }) => title)
    .join(', ')
}

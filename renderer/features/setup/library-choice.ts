import type { LibraryInfo } from '../../../shared/contract.ts'
import { joinNames, splitNames } from '../../../shared/names.ts'

/** Ids of the usable libraries that the `plex_library` setting stands for; empty means all. */
export function chosenLibraries(libraries: readonly LibraryInfo[], setting: string): Set<string> {
  const names = splitNames(setting)
  const usable = libraries.filter((library) => library.usable)
  return new Set(usable.filter(({ title }) => names.length === 0 || names.includes(title)).map(({ id }) => id))
}

/** The setting that stands for a choice. */
export function libraryNames(libraries: readonly LibraryInfo[], chosen: ReadonlySet<string>): string {
  return joinNames(libraries.filter(({ id, usable }) => usable && chosen.has(id)).map(({ title }) => title))
}

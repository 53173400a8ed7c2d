/** Which Plex libraries PlexSync writes to. Pure. */
import type { PlexSection } from '../../../shared/domain.ts'
import type { SkippedLibrary } from '../../../shared/match-steps.ts'
import { type QuoteHint, quoteHints } from '../../../shared/quote-hints.ts'
import { foldCase, holds, splitPath } from './path-key.ts'

/** A Plex library as matching needs it. */
export interface MatchSection {
  /** Section key, a whole number as text. */
  readonly id: string
  readonly title: string
  /** Folders as the Plex server sees them. */
  readonly locations: readonly string[]
  /** Why nothing is written there; null if PlexSync writes. */
  readonly skipped: SkippedLibrary | null
}

export interface SectionChoice {
  readonly sections: readonly MatchSection[]
  /** Names in `plex_library` that no library has. */
  readonly unknownNames: readonly string[]
  /** For unknown names whose quotes are the cause. */
  readonly quoteHints: readonly QuoteHint[]
}

/** Chosen are the movie-type libraries named (letter case does not matter); all of them where no name is given. */
export function chooseSections(sections: readonly PlexSection[], names: readonly string[]): SectionChoice {
  const key = (name: string) => foldCase(name.normalize('NFC').trim())
  const titles = new Set(sections.map((section) => key(section.title)))
  const wanted = new Set(names.map(key))
  return {
    sections: sections.map(({ id, title, type, locations }) => ({
      id,
      title,
      locations,
      skipped:
        type !== 'movie'
          ? { library: title, because: 'wrong_type', type }
          : wanted.size > 0 && !wanted.has(key(title))
            ? { library: title, because: 'not_chosen', type }
            : null,
    })),
    unknownNames: names.filter((name) => !titles.has(key(name))),
    quoteHints: quoteHints(names, (name) => titles.has(key(name))),
  }
}

/** The libraries one of whose folders holds the path. */
export function sectionsHolding(path: string, sections: readonly MatchSection[]): MatchSection[] {
  const split = splitPath(path)
  return sections.filter((section) => section.locations.some((location) => holds(splitPath(location), split)))
}

/** The library's title; its id where Plex does not list it. */
export function sectionTitle(sectionId: string, sections: readonly MatchSection[]): string {
  return sections.find((section) => section.id === sectionId)?.title ?? sectionId
}

/**
 * Keeps the local index in sync with Plex at the price of few requests: one paged listing when it is new, only what
 * changed when a file is missed, and nothing at all while every file is found. A hit needs no fresh index, because each
 * item is read and its file compared before it is written.
 */
import { decline } from '../../../shared/decline.ts'
import type { PlexPart, PlexSection } from '../../../shared/domain.ts'
import { splitNames } from '../../../shared/names.ts'
import type { QuoteHint } from '../../../shared/quote-hints.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import type { PlexClient } from '../plex/client.ts'
import type { ListedItem } from '../plex/listing.ts'
import type { Clock, Logger } from '../ports.ts'
import { ListingPace } from './listing-pace.ts'
import { matchLines } from './match-log.ts'
import type { PartIndex } from './part-index.ts'
import { baseName } from './path-key.ts'
import { chooseSections, type MatchSection, type SectionChoice } from './section-choice.ts'

export interface LibraryDeps {
  readonly plex: Pick<PlexClient, 'sections' | 'parts' | 'listedItems' | 'countItems' | 'findByFile'>
  readonly index: PartIndex
  readonly settings: () => Settings
  readonly clock: Clock
  readonly logger: Logger
}

/** Who reads a full listing as it comes in. */
export interface ListingReader {
  /** Gets each page. */
  readonly take: (items: readonly ListedItem[]) => Promise<void>
  /** It looks at everything itself: listeners of the index are not called with what is new. */
  readonly silent: boolean
}

/** Plex's clock and ours may differ; an item listed twice costs nothing. */
const overlapMs = 15 * 60_000
const sectionsMaxAgeMs = 15 * 60_000
/** Up to this number of missed files are asked for one by one; above that, listings are cheaper. */
const fewMisses = 8

export class Library {
  readonly #deps: LibraryDeps
  #sections: readonly PlexSection[] = []
  #chosen: {
    readonly text: string
    readonly sections: readonly PlexSection[]
    readonly choice: SectionChoice
  } | null = null
  #sectionsReadAt: number | null = null
  #running: Promise<Result<void>> | null = null
  #reportedUnknown = ''
  readonly #unknown = new Listeners<readonly string[]>()
  readonly #read = new Listeners<readonly PlexSection[]>()
  readonly #unusable = new Listeners<Fault>()
  readonly #pace: ListingPace

  constructor(deps: LibraryDeps) {
    this.#deps = deps
    this.#pace = new ListingPace(deps.clock)
  }

  /** Calls `listener` with all libraries of the server whenever they were read. */
  onSections(listener: (sections: readonly PlexSection[]) => void): () => void {
    return this.#read.add(listener)
  }

  /** Calls `listener` whenever nothing can be written, because plex_library names nothing that could be. */
  onUnusable(listener: (fault: Fault) => void): () => void {
    return this.#unusable.add(listener)
  }

  /** All sections as last read, with the reason why some are not written. */
  get sections(): readonly MatchSection[] {
    return this.#choice().sections
  }

  titleOf(sectionId: string): string {
    return this.#sections.find((section) => section.id === sectionId)?.title ?? `section ${sectionId}`
  }

  /** The uuid under which a section's own settings are kept; null if it is not known. */
  uuidOf(sectionId: string): string | null {
    const section = this.#sections.find(({ id }) => id === sectionId)
    return section === undefined ? null : section.uuid || `section-${section.id}`
  }

  /** Names in plex_library that no library has, as last read. */
  get unknownNames(): readonly string[] {
    return this.#sectionsReadAt === null ? [] : this.#choice().unknownNames
  }

  /** Calls `listener` once with the names that no library has, where the others are written; with none when it is over. */
  onUnknownNames(listener: (names: readonly string[]) => void): () => void {
    return this.#unknown.add(listener)
  }

  /** What to do about an unknown name whose quotes are the cause. */
  get quoteHints(): readonly QuoteHint[] {
    return this.#sectionsReadAt === null ? [] : this.#choice().quoteHints
  }

  /** Builds the index if there is none; reads the list of sections where it is old. */
  async ready(signal: AbortSignal): Promise<Result<void>> {
    const age = this.#sectionsReadAt === null ? Number.POSITIVE_INFINITY : this.#deps.clock.now() - this.#sectionsReadAt
    // A library whose first listing was cut off is no base for "exactly one item".
    const indexed = new Set(
      this.#deps.index.sections().flatMap(({ id, refreshedAt }) => (refreshedAt === null ? [] : [id])),
    )
    if (age >= 0 && age < sectionsMaxAgeMs && this.#written().every((section) => indexed.has(section.id)))
      return this.#usable()
    return this.refresh('changed', signal)
  }

  /** Brings the index up to date with everything Plex says has changed; `full` lists everything again. */
  async refresh(how: 'changed' | 'full', signal: AbortSignal): Promise<Result<void>> {
    if (how === 'full') await this.#running
    this.#running ??= this.#refresh(how, signal).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Lists everything again and shows each page of items on its way into the index. */
  async readAll(reader: ListingReader, signal: AbortSignal): Promise<Result<void>> {
    while (this.#running !== null) await this.#running
    this.#running = this.#refresh('full', signal, reader).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /**
   * Asks whether Plex's libraries have changed, and takes in what is new, changed or gone: one request where nothing has.
   * A deletion changes no item that could be listed; another number of items shows it.
   */
  async takeInNews(signal: AbortSignal): Promise<Result<void>> {
    const before = new Map(this.#deps.index.sections().map(({ id, revision }) => [id, revision]))
    const refreshed = await this.refresh('changed', signal)
    if (!refreshed.ok) return refreshed
    return this.#recount(signal, (section) => before.get(section.id) !== section.revision)
  }

  /**
   * Looks in Plex itself for files that the index does not have: among what has changed, where that was not listed just before,
   * and by their names or the number of items.
   */
  async lookFor(fileNames: readonly string[], signal: AbortSignal): Promise<Result<void>> {
    if (this.#sectionsReadAt === null || this.#pace.isDue()) {
      const refreshed = await this.#pace.listing(() => this.refresh('changed', signal))
      if (!refreshed.ok) return refreshed
    }
    const names = [...new Set(fileNames.map(baseName))]
    return names.length > fewMisses ? this.#recount(signal) : this.#findEach(names, signal)
  }

  /**
   * Asks Plex for further files of scenes that have an item already: Plex may have renamed such a file since it was listed,
   * or never have it. Many are left to the next listing, because asking for each would cost more than it finds.
   */
  async lookForFew(fileNames: readonly string[], signal: AbortSignal): Promise<Result<void>> {
    const names = [...new Set(fileNames.map(baseName))]
    return names.length > fewMisses ? ok(undefined) : this.#findEach(names, signal)
  }

  /** Another server, token or choice of libraries: read the sections again before the next match. */
  forget(): void {
    this.#sectionsReadAt = null
  }

  async #findEach(names: readonly string[], signal: AbortSignal): Promise<Result<void>> {
    for (const section of this.#written()) {
      for (const name of names) {
        const found = await this.#deps.plex.findByFile(section.id, name, signal)
        if (!found.ok) return found
        this.#deps.index.upsertParts(found.value)
      }
    }
    return ok(undefined)
  }

  /** Kept while neither the setting nor the sections are others: each scene asks for it. */
  #choice(): SectionChoice {
    const text = this.#deps.settings().plex_library
    const sections = this.#sections
    if (this.#chosen?.text !== text || this.#chosen.sections !== sections)
      this.#chosen = { text, sections, choice: chooseSections(sections, splitNames(text)) }
    return this.#chosen.choice
  }

  #written(): PlexSection[] {
    const written = new Set(
      this.#choice().sections.flatMap((section) => (section.skipped === null ? [section.id] : [])),
    )
    return this.#sections.filter((section) => written.has(section.id))
  }

  #usable(): Result<void> {
    if (this.#written().length > 0) return ok(undefined)
    const { unknownNames, quoteHints } = this.#choice()
    const unusable = decline(
      'no_library',
      unknownNames.length > 0
        ? { code: 'libraries_unknown', values: { names: [...unknownNames], hints: [...quoteHints] } }
        : { code: 'no_movie_library', values: {} },
    )
    this.#unusable.send(unusable.fault)
    return unusable
  }

  /** Says once which of several names is wrong; the other libraries are written. */
  #reportUnknown(): void {
    const unknown = this.#written().length === 0 ? [] : this.#choice().unknownNames
    const names = unknown.join(', ')
    if (names === this.#reportedUnknown) return
    this.#reportedUnknown = names
    this.#unknown.send(unknown)
    if (names === '') return
    this.#deps.logger.log(...matchLines.unknownNames({ names }))
  }

  async #refresh(how: 'changed' | 'full', signal: AbortSignal, reader?: ListingReader): Promise<Result<void>> {
    const startedAt = this.#deps.clock.now()
    const sections = await this.#deps.plex.sections(signal)
    if (!sections.ok) return sections
    const firstTime = this.#sectionsReadAt === null
    this.#sections = sections.value
    this.#read.send(sections.value)
    this.#sectionsReadAt = startedAt
    this.#reportUnknown()
    const written = this.#written()
    if (firstTime && written.length > 1)
      this.#deps.logger.log(...matchLines.searchingAll({ libraries: written.length }))
    const known = new Map(this.#deps.index.sections().map((section) => [section.id, section]))
    for (const section of known.values())
      if (!written.some(({ id }) => id === section.id)) {
        // A library that is no longer chosen is no loss; one that Plex no longer has is.
        const silent = sections.value.some(({ id }) => id === section.id)
        await this.#deps.index.removeSection(section.id, { silent, signal })
      }
    for (const section of written) {
      const { revision = null, refreshedAt = null } = known.get(section.id) ?? {}
      if (how === 'changed' && refreshedAt !== null && revision === section.revision) continue
      const since = how === 'full' || refreshedAt === null ? null : refreshedAt - overlapMs
      const listed = await this.#list(section, since, signal, reader)
      if (!listed.ok) return listed
    }
    return this.#usable()
  }

  async #list(
    section: PlexSection,
    since: number | null,
    signal: AbortSignal,
    reader?: ListingReader,
  ): Promise<Result<void>> {
    const silent = reader?.silent ?? false
    const refresh = since === null ? this.#deps.index.beginRefresh(section.id, { silent }) : null
    let count = 0
    const pages =
      reader === undefined
        ? this.#deps.plex.parts(section.id, { since, signal })
        : this.#watched(section.id, reader, signal)
    for await (const page of pages) {
      if (!page.ok) return page
      count += page.value.length
      if (refresh === null) this.#deps.index.upsertParts(page.value)
      else await refresh.add(page.value)
    }
    if (refresh === null) this.#deps.index.noteRevision(section.id, section.revision)
    else await refresh.finish(section.revision, signal)
    this.#deps.logger.log(...matchLines.indexed({ files: count, library: section.title }))
    return ok(undefined)
  }

  async *#watched(sectionId: string, reader: ListingReader, signal: AbortSignal): AsyncGenerator<Result<PlexPart[]>> {
    for await (const page of this.#deps.plex.listedItems(sectionId, signal)) {
      if (page.ok) await reader.take(page.value)
      yield page.ok ? ok(page.value.flatMap(({ parts }) => parts)) : page
    }
  }

  /** Where Plex has another number of items than the index, the listing of that section is read again. */
  async #recount(
    signal: AbortSignal,
    mayDiffer: (section: PlexSection) => boolean = () => true,
  ): Promise<Result<void>> {
    for (const section of this.#written().filter(mayDiffer)) {
      const count = await this.#deps.plex.countItems(section.id, signal)
      if (!count.ok) return count
      const indexed = this.#deps.index.sections().find(({ id }) => id === section.id)?.items
      if (count.value === indexed) continue
      const listed = await this.#list(section, null, signal)
      if (!listed.ok) return listed
    }
    return ok(undefined)
  }
}

/** From the name of a Plex library, as the user gives it, to the library whose settings are meant. */

import { decline } from '../../../shared/decline.ts'
import type { PlexSection } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import { isUsable } from '../plex/sections.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import { checkPerLibrary, type KnownLibrary } from '../settings/library-settings.ts'
import type { SettingsStore } from '../settings/settings-store.ts'

export interface LibraryNamesDeps {
  readonly plex: Pick<PlexClient, 'sections'>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly settings: SettingsStore
}

export class LibraryNames {
  readonly #deps: LibraryNamesDeps

  constructor(deps: LibraryNamesDeps) {
    this.#deps = deps
  }

  /**
   * Plex is asked; a library that is known from before is found without it too. Title, section key or uuid name a library.
   * Faults: `unknown_name`, `invalid_input` where two have the title or nothing is ever written there, and those of Plex.
   */
  async find(name: string, signal: AbortSignal): Promise<Result<KnownLibrary>> {
    const { settings } = this.#deps
    const sections = await this.#readSections(signal)
    const server = settings.server()
    if (!sections.ok || server === null) {
      const known = settings.knownLibraries().filter((one) => one.server === server && isNamed(one, name))
      const [one] = known
      if (one !== undefined && known.length === 1) return ok(one)
      return sections.ok ? decline('not_configured', { code: 'plex_never_answered', values: {} }) : sections
    }
    settings.noteLibraries(sections.value.map(knownOf))
    const found = sections.value.filter((section) => isNamed(knownOf(section), name))
    const [section] = found
    if (section === undefined) {
      const titles = sections.value.filter(isUsable).map(({ title }) => title)
      return decline('unknown_name', { code: 'library_unknown', values: { name, known: titles } })
    }
    if (found.length > 1) {
      return decline('invalid_input', { code: 'library_ambiguous', values: { name, keys: found.map(({ id }) => id) } })
    }
    if (!isUsable(section))
      return decline('invalid_input', { code: 'library_type', values: { name: section.title, type: section.type } })
    return ok({ server, ...knownOf(section) })
  }

  /** The same for these settings: what no library can have is refused before Plex is asked. */
  async findForSettings(name: string, settings: readonly string[], signal: AbortSignal): Promise<Result<KnownLibrary>> {
    const allowed = checkPerLibrary(settings)
    return allowed.ok ? this.find(name, signal) : allowed
  }

  async #readSections(signal: AbortSignal): Promise<Result<PlexSection[]>> {
    const known = await this.#deps.identities.ensurePlex(signal)
    return known.ok ? this.#deps.plex.sections(signal) : known
  }
}

function knownOf({ id, uuid, title }: PlexSection): Omit<KnownLibrary, 'server'> {
  return { library: uuid === '' ? `section-${id}` : uuid, sectionId: id, title }
}

function isNamed({ title, sectionId, library }: Omit<KnownLibrary, 'server'>, name: string): boolean {
  const key = (text: string) => text.normalize('NFC').trim().toLowerCase()
  return key(title) === key(name) || sectionId === name.trim() || library === name.trim()
}

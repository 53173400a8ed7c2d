/** Both servers as a pull needs them: known, with its libraries listed, and what Stash can take in. */
import { ok, type Result } from '../../../shared/result.ts'
import type { Library } from '../match/library.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashWatching } from '../stash/watching.ts'

export interface PlayServersDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  /** The Plex server that everything stored belongs to. */
  readonly owner: () => string | null
  readonly library: Pick<Library, 'ready' | 'sections'>
  readonly watching: Pick<StashWatching, 'support'>
}

export interface ReadyServers {
  /** machineIdentifier of the Plex server. */
  readonly server: string
  /** Libraries that PlexSync writes to. */
  readonly sectionIds: readonly string[]
  /** Whether Stash takes plays with their moments. */
  readonly takesPlays: boolean
}

export class PlayServers {
  readonly #deps: PlayServersDeps

  constructor(deps: PlayServersDeps) {
    this.#deps = deps
  }

  /** machineIdentifier of the Plex server that was known last; empty before the first. */
  get last(): string {
    return this.#deps.owner() ?? ''
  }

  /** Makes sure that the Plex server is known, and gives its machineIdentifier. */
  async known(signal: AbortSignal): Promise<Result<string>> {
    const known = await this.#deps.identities.ensurePlex(signal)
    return known.ok ? ok(this.last) : known
  }

  async ready(signal: AbortSignal): Promise<Result<ReadyServers>> {
    const { library, watching } = this.#deps
    const known = await this.known(signal)
    if (!known.ok) return known
    const support = await watching.support(signal)
    if (!support.ok) return support
    if (library.sections.length === 0) {
      const ready = await library.ready(signal)
      if (!ready.ok) return ready
    }
    const sectionIds = library.sections.flatMap(({ id, skipped }) => (skipped === null ? [id] : []))
    return ok({ server: known.value, sectionIds, takesPlays: support.value.plays })
  }
}

/** Reads Plex's side of a comparison: all of it where that pays, else only what has changed since the index was read. */
import type { ReconcileScope } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Library } from '../match/library.ts'
import type { PartIndex } from '../match/part-index.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { PlexSide } from './plex-side.ts'

export interface PlexReaderDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly library: Library
  readonly index: PartIndex
  readonly side: PlexSide
}

export interface PlexReading {
  readonly scope: ReconcileScope
  readonly dry_run: boolean
  /** How many scenes of Stash are to be compared. */
  readonly scenes: number
  /** An interrupted comparison continues: what it had noted stays. */
  readonly isBegun: boolean
}

/** From this number of scenes of Stash per item of Plex on, listing all of Plex costs less than reading single items. */
const listingPaysFrom = 1 / 10

export class PlexReader {
  readonly #deps: PlexReaderDeps

  constructor(deps: PlexReaderDeps) {
    this.#deps = deps
  }

  /** Makes certain that this is the server whose rating keys are known. */
  ensureServer(signal: AbortSignal): Promise<Result<unknown>> {
    return this.#deps.identities.ensurePlex(signal)
  }

  /** After an interruption the listing is there; the index must be ready. */
  async readAgain(signal: AbortSignal): Promise<Result<null>> {
    const ready = await this.#deps.library.ready(signal)
    return ready.ok ? ok(null) : ready
  }

  /** Whether all of Plex was listed, and how many items it has. */
  async read(
    { scope, dry_run, scenes, isBegun }: PlexReading,
    signal: AbortSignal,
  ): Promise<Result<{ readonly listed: boolean; readonly items: number }>> {
    const { library, index, side } = this.#deps
    if (!isBegun) side.clear()
    const listed = scope === 'all' || scenes > index.count() * listingPaysFrom
    // A comparison of everything enqueues what it finds, so that new items need not be announced on the way.
    const silent = scope === 'all' && !dry_run
    const read = listed
      ? await library.readAll({ take: (items) => side.keep(items), silent }, signal)
      : await library.refresh('changed', signal)
    return read.ok ? ok({ listed, items: index.count() }) : read
  }
}

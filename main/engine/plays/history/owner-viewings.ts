/** What the owner did with the items of the libraries that PlexSync writes to, as Plex shows it. */
import type { RatingKey } from '../../../../shared/domain.ts'
import type { Result } from '../../../../shared/result.ts'
import type { PlexClient } from '../../plex/client.ts'
import type { Viewing, ViewingFilter } from '../../plex/viewing.ts'

export class OwnerViewings {
  readonly #plex: Pick<PlexClient, 'viewings' | 'viewingsOf'>
  readonly #sectionIds: readonly string[]

  constructor(plex: Pick<PlexClient, 'viewings' | 'viewingsOf'>, sectionIds: readonly string[]) {
    this.#plex = plex
    this.#sectionIds = sectionIds
  }

  /** Items that pass the filter, page by page over all libraries. Ends with the first fault. */
  async *list(filter: ViewingFilter, signal: AbortSignal): AsyncGenerator<Result<Viewing[]>> {
    for (const sectionId of this.#sectionIds)
      for await (const page of this.#plex.viewings(sectionId, filter, signal)) {
        yield page
        if (!page.ok) return
      }
  }

  /** The same of single items; those that Plex does not have are absent. */
  of(ratingKeys: readonly RatingKey[], signal: AbortSignal): Promise<Result<Map<RatingKey, Viewing>>> {
    return this.#plex.viewingsOf(ratingKeys, signal)
  }
}

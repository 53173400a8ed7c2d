/** What the owner of the token did with items: counts, resume points, ratings. Plex: these are the owner's alone. */
import * as z from 'zod'
import { type RatingKey, ratingKeySchema } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { HttpResponse } from '../http/response.ts'
import type { PlexConnection } from './connection.ts'
import { id, nextStart, number } from './fields.ts'
import { sectionPath } from './listing.ts'

export interface Viewing {
  readonly ratingKey: RatingKey
  readonly viewCount: number
  /** Epoch seconds; null if never. */
  readonly lastViewedAt: number | null
  /** The resume point in ms; null if there is none. */
  readonly viewOffset: number | null
  /** 0 to 10; null if not rated. */
  readonly rating: number | null
  /** Seconds; null if Plex does not know. */
  readonly duration: number | null
}

/** Filters that Plex's own clients use. */
export type ViewingFilter =
  | { readonly by: 'viewed' /** Epoch seconds. */; readonly since: number }
  | { readonly by: 'watched' }
  | { readonly by: 'rated' }

const pageSize = 500
const idsPerRequest = 50
const trimmed =
  'excludeElements=Media,Genre,Country,Director,Writer,Role,Collection,Image,UltraBlurColors&excludeFields=summary,tagline'

const rowSchema = z
  .object({
    ratingKey: id.pipe(ratingKeySchema),
    viewCount: number,
    lastViewedAt: number,
    viewOffset: number,
    userRating: number,
    duration: number,
  })
  .transform(
    (row): Viewing => ({
      ratingKey: row.ratingKey,
      viewCount: row.viewCount ?? 0,
      lastViewedAt: row.lastViewedAt,
      viewOffset: row.viewOffset,
      rating: row.userRating,
      duration: row.duration === null ? null : row.duration / 1000,
    }),
  )
const pageSchema = z.object({ Metadata: z.array(z.unknown()).nullish(), totalSize: number })

/** The items of a library that pass the filter, page by page. Ends with the first fault. */
export async function* listViewings(
  connection: PlexConnection,
  sectionId: string,
  filter: ViewingFilter,
  signal?: AbortSignal,
): AsyncGenerator<Result<Viewing[]>> {
  const seen = new Set<RatingKey>()
  for (let start: number | null = 0; start !== null; ) {
    const headers = { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(pageSize) }
    const path = `${sectionPath(sectionId)}/all?type=1&sort=addedAt%3Aasc&${queryOf(filter)}&${trimmed}`
    const page: Result<{ value: z.output<typeof pageSchema>; answer: HttpResponse }> = await connection.read(
      { path, headers, signal },
      pageSchema,
    )
    if (!page.ok) {
      yield page
      return
    }
    const received = page.value.value.Metadata ?? []
    const fresh = received.flatMap(readRow).filter(({ ratingKey }) => !seen.has(ratingKey))
    for (const { ratingKey } of fresh) seen.add(ratingKey)
    yield ok(fresh.filter((viewing) => passes(viewing, filter)))
    if (fresh.length === 0) return
    const { totalSize } = page.value.value
    const totalHeader = page.value.answer.header('x-plex-container-total-size')
    start = nextStart({ start, asked: pageSize, received: received.length, totalSize, totalHeader })
  }
}

/** The same of single items; those that Plex does not have are absent. */
export async function readViewings(
  connection: PlexConnection,
  ratingKeys: readonly RatingKey[],
  signal?: AbortSignal,
): Promise<Result<Map<RatingKey, Viewing>>> {
  const found = new Map<RatingKey, Viewing>()
  for (let from = 0; from < ratingKeys.length; from += idsPerRequest) {
    const chunk = ratingKeys.slice(from, from + idsPerRequest).filter((key) => ratingKeySchema.safeParse(key).success)
    if (chunk.length === 0) continue
    const path = `/library/metadata/${chunk.join(',')}?skipRefresh=1&${trimmed}`
    const headers = { 'X-Plex-Container-Start': '0', 'X-Plex-Container-Size': String(chunk.length) }
    const page = await connection.read({ path, headers, signal }, pageSchema)
    if (!page.ok) {
      // All of them gone is a 404.
      if (page.fault.code === 'item_gone') continue
      return page
    }
    for (const viewing of (page.value.value.Metadata ?? []).flatMap(readRow)) found.set(viewing.ratingKey, viewing)
  }
  return ok(found)
}

function queryOf(filter: ViewingFilter): string {
  switch (filter.by) {
    case 'viewed':
      return `lastViewedAt%3E%3E=${filter.since - 1}`
    case 'watched':
      return 'viewCount%3E%3E=0'
    case 'rated':
      return 'userRating%3E%3E=0'
  }
}

/** Plex ignores a filter that it does not know and sends the whole library. */
function passes(viewing: Viewing, filter: ViewingFilter): boolean {
  switch (filter.by) {
    case 'viewed':
      return (viewing.lastViewedAt ?? 0) >= filter.since
    case 'watched':
      return viewing.viewCount > 0
    case 'rated':
      return viewing.rating !== null && viewing.rating > 0
  }
}

function readRow(row: unknown): Viewing[] {
  const parsed = rowSchema.safeParse(row)
  return parsed.success ? [parsed.data] : []
}

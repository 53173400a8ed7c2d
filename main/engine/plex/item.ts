/** Items with all their tags and locks. Plex: listings cut tags short and know no locks; only metadata requests are whole. */
import * as z from 'zod'
import { type PlexItem, type RatingKey, ratingKeySchema } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { HttpResponse } from '../http/response.ts'
import type { PlexConnection } from './connection.ts'
import { flag, id, nextStart, number, text } from './fields.ts'
import { mediaSchema } from './media.ts'

/** Ids per request. */
const batchSize = 50

const tags = z
  .array(z.object({ tag: text }))
  .nullish()
  .transform((list) => (list ?? []).map(({ tag }) => tag).filter((tag) => tag !== ''))

const roles = z
  .array(z.object({ tag: text, role: text, thumb: text }))
  .nullish()
  .transform((list) =>
    (list ?? []).filter(({ tag }) => tag !== '').map(({ tag, role, thumb }) => ({ name: tag, role, photo: thumb })),
  )

/** Locked fields; an unlocked one is left out, or has `locked` false. Plex: the cast's lock is `actor` or `role`. */
const locks = z
  .array(z.object({ name: text, locked: flag }))
  .nullish()
  .transform((list) =>
    (list ?? []).filter(({ locked }) => locked).map(({ name }) => (name === 'role' ? 'actor' : name)),
  )

/** An item; in a listing without locks and with few of its tags. */
export const itemSchema = z.object({
  ratingKey: id.pipe(ratingKeySchema),
  librarySectionID: id.nullish(),
  title: text,
  titleSort: text,
  studio: text,
  summary: text,
  contentRating: text,
  tagline: text,
  originalTitle: text,
  originallyAvailableAt: text,
  userRating: number,
  Role: roles,
  Genre: tags,
  Collection: tags,
  Director: tags,
  Label: tags,
  thumb: text,
  art: text,
  Field: locks,
  Media: mediaSchema,
  updatedAt: number,
})

const containerSchema = z.object({
  librarySectionID: id.nullish(),
  totalSize: number,
  Metadata: z.array(itemSchema).nullish(),
})

/** The items with these rating keys, whole; those that Plex does not have are absent. One request per 50. */
export async function readItems(
  connection: PlexConnection,
  ratingKeys: readonly RatingKey[],
  signal?: AbortSignal,
): Promise<Result<Map<RatingKey, PlexItem>>> {
  const unique = [...new Set(ratingKeys)]
  for (const ratingKey of unique) metadataPath(ratingKey)
  const items = new Map<RatingKey, PlexItem>()
  for (let start = 0; start < unique.length; start += batchSize) {
    const result = await readBatch(connection, unique.slice(start, start + batchSize), signal)
    if (!result.ok) return result
    for (const item of result.value) items.set(item.ratingKey, item)
  }
  return ok(items)
}

/**
 * Plex: a single unknown id is a 404. Whether one among many is so too, is not known; both are survived. Without
 * skipRefresh the server first re-reads the files of each item; and it may give fewer items than asked.
 */
async function readBatch(
  connection: PlexConnection,
  ratingKeys: readonly RatingKey[],
  signal: AbortSignal | undefined,
): Promise<Result<PlexItem[]>> {
  const path = `/library/metadata/${ratingKeys.join(',')}?skipRefresh=1`
  const asked = ratingKeys.length
  const items: PlexItem[] = []
  for (let start: number | null = 0; start !== null; ) {
    const headers = { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(asked) }
    const page: Result<{ value: z.output<typeof containerSchema>; answer: HttpResponse }> = await connection.read(
      { path, headers, signal },
      containerSchema,
    )
    if (!page.ok) {
      if (page.fault.code === 'item_gone' && items.length === 0) return readHalves(connection, ratingKeys, signal)
      return page
    }
    const { value, answer: response } = page.value
    const received = itemsOf(value)
    if (received.length > 0 && received.every(({ ratingKey }) => items.some((one) => one.ratingKey === ratingKey)))
      break
    items.push(...received)
    const totalHeader = response.header('x-plex-container-total-size')
    start = nextStart({ start, asked, received: received.length, totalSize: value.totalSize, totalHeader })
    if (items.length >= asked) break
  }
  return ok(items)
}

async function readHalves(
  connection: PlexConnection,
  ratingKeys: readonly RatingKey[],
  signal: AbortSignal | undefined,
): Promise<Result<PlexItem[]>> {
  if (ratingKeys.length === 1) return ok([])
  const middle = Math.ceil(ratingKeys.length / 2)
  const before = await readBatch(connection, ratingKeys.slice(0, middle), signal)
  if (!before.ok) return before
  const after = await readBatch(connection, ratingKeys.slice(middle), signal)
  return after.ok ? ok([...before.value, ...after.value]) : after
}

function itemsOf(container: z.output<typeof containerSchema>): PlexItem[] {
  return (container.Metadata ?? []).map((row) => itemOf(row, row.librarySectionID ?? container.librarySectionID ?? ''))
}

export function itemOf(row: z.output<typeof itemSchema>, sectionId: string): PlexItem {
  return {
    ratingKey: row.ratingKey,
    sectionId,
    title: row.title,
    titleSort: row.titleSort,
    studio: row.studio,
    summary: row.summary,
    contentRating: row.contentRating,
    tagline: row.tagline,
    originalTitle: row.originalTitle,
    date: row.originallyAvailableAt,
    rating: row.userRating,
    actors: row.Role,
    genres: row.Genre,
    collections: row.Collection,
    directors: row.Director,
    labels: row.Label,
    thumb: row.thumb,
    art: row.art,
    locks: row.Field,
    parts: row.Media,
    updatedAt: row.updatedAt ?? 0,
  }
}

/** Throws where the rating key is none: an empty one could address more than an item. */
export function metadataPath(ratingKey: RatingKey): string {
  if (!ratingKeySchema.safeParse(ratingKey).success)
    throw new RangeError('A rating key must be a positive whole number')
  return `/library/metadata/${ratingKey}`
}

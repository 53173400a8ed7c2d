/**
 * Collections of a library. Plex: one exists for as long as an item has its tag; texts and pictures go by the metadata
 * route, since the section's route answers 404 for collections.
 */
import * as z from 'zod'
import { type RatingKey, ratingKeySchema } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { HttpResponse } from '../http/response.ts'
import type { PlexConnection } from './connection.ts'
import { flag, id, nextStart, number, text } from './fields.ts'
import { metadataPath } from './item.ts'
import { sectionPath } from './listing.ts'

export interface ListedCollection {
  readonly ratingKey: RatingKey
  readonly title: string
}

export interface PlexCollection extends ListedCollection {
  readonly summary: string
  /** A separate picture is shown, not one that Plex composes of the members. */
  readonly hasPoster: boolean
  /** Such as `summary`, `thumb`. */
  readonly locks: readonly string[]
}

const pageSize = 500
const idsPerRequest = 50

const rowSchema = z.object({
  ratingKey: id.pipe(ratingKeySchema),
  title: text,
  type: text,
  summary: text,
  thumb: text,
  Field: z
    .array(z.object({ name: text, locked: flag }))
    .nullish()
    .transform((list) => (list ?? []).filter(({ locked }) => locked).map(({ name }) => name)),
})
const pageSchema = z.object({ Metadata: z.array(z.unknown()).nullish(), totalSize: number })

/** All of a section. */
export async function listCollections(
  connection: PlexConnection,
  sectionId: string,
  signal?: AbortSignal,
): Promise<Result<ListedCollection[]>> {
  const rows = await readAll(connection, `${sectionPath(sectionId)}/collections`, signal)
  if (!rows.ok) return rows
  return ok(rows.value.map(({ ratingKey, title }) => ({ ratingKey, title })))
}

/** Their texts and locks; those that are gone are absent. */
export async function readCollections(
  connection: PlexConnection,
  ratingKeys: readonly RatingKey[],
  signal?: AbortSignal,
): Promise<Result<Map<RatingKey, PlexCollection>>> {
  const found = new Map<RatingKey, PlexCollection>()
  for (let from = 0; from < ratingKeys.length; from += idsPerRequest) {
    const chunk = ratingKeys.slice(from, from + idsPerRequest)
    const headers = { 'X-Plex-Container-Start': '0', 'X-Plex-Container-Size': String(chunk.length) }
    const path = `/library/metadata/${chunk.join(',')}?skipRefresh=1`
    const page = await connection.read({ path, headers, signal }, pageSchema)
    if (!page.ok) {
      // All of them gone is a 404.
      if (page.fault.code === 'item_gone') continue
      return page
    }
    for (const row of (page.value.value.Metadata ?? []).flatMap(readRow))
      if (row.type === 'collection') found.set(row.ratingKey, collectionOf(row))
  }
  return ok(found)
}

/** Keys of the items in a collection. */
export async function readCollectionMembers(
  connection: PlexConnection,
  ratingKey: RatingKey,
  signal?: AbortSignal,
): Promise<Result<RatingKey[]>> {
  const rows = await readAll(connection, `/library/collections/${ratingKeySchema.parse(ratingKey)}/children`, signal)
  return rows.ok ? ok(rows.value.map((row) => row.ratingKey)) : rows
}

/** Writes and locks the summary; an empty one is cleared and given back to Plex. */
export function writeCollectionSummary(
  connection: PlexConnection,
  ratingKey: RatingKey,
  summary: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const value = encodeURIComponent(summary.toWellFormed())
  const path = `${metadataPath(ratingKey)}?summary.value=${value}&summary.locked=${summary === '' ? 0 : 1}`
  return connection.write({ method: 'PUT', path, signal })
}

async function readAll(
  connection: PlexConnection,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Result<z.output<typeof rowSchema>[]>> {
  const rows = new Map<RatingKey, z.output<typeof rowSchema>>()
  for (let start: number | null = 0; start !== null; ) {
    const headers = { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(pageSize) }
    const page: Result<{ value: z.output<typeof pageSchema>; answer: HttpResponse }> = await connection.read(
      { path, headers, signal },
      pageSchema,
    )
    if (!page.ok) return page
    const received = page.value.value.Metadata ?? []
    for (const row of received.flatMap(readRow)) rows.set(row.ratingKey, row)
    const { totalSize } = page.value.value
    const totalHeader = page.value.answer.header('x-plex-container-total-size')
    start = nextStart({ start, asked: pageSize, received: received.length, totalSize, totalHeader })
  }
  return ok([...rows.values()])
}

function collectionOf(row: z.output<typeof rowSchema>): PlexCollection {
  const { ratingKey, title, summary, thumb, Field: locks } = row
  return { ratingKey, title, summary, hasPoster: thumb !== '' && !thumb.includes('/composite/'), locks }
}

function readRow(row: unknown): z.output<typeof rowSchema>[] {
  const parsed = rowSchema.safeParse(row)
  return parsed.success ? [parsed.data] : []
}

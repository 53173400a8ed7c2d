/** Reading a library's files: page by page, or the few items that have a file of a given name. */
import * as z from 'zod'
import type { PlexItem, PlexPart, RatingKey } from '../../../shared/domain.ts'
import { ratingKeySchema } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexConnection } from './connection.ts'
import { id, nextStart, number, text } from './fields.ts'
import { itemOf, itemSchema } from './item.ts'
import { KeySet } from './key-set.ts'
import { mediaSchema } from './media.ts'

/** Plex announced to refuse unpaged lists and pages above 1,000. */
const pageSize = 500
const lookUpSize = 50
/** A base name that more items share than these pages hold is no help in finding one. */
const lookUpPages = 20

/** What an index does not need. Plex: a wish, not a guarantee. `Media` has the paths and must stay. */
const trimmed =
  'excludeElements=Genre,Country,Director,Writer,Role,Collection,Image,UltraBlurColors&excludeFields=summary,tagline'

/** For a comparison: with the fields that PlexSync writes. Plex shows about two genres and three actors in a listing. */
const comparable = 'excludeElements=Country,Writer,Image,UltraBlurColors'

const rowSchema = z.object({ ratingKey: id.pipe(ratingKeySchema), title: text, Media: mediaSchema })
/** The rows come while the page arrives. */
const pageSchema = z.object({ totalSize: number })
const countSchema = z.object({ Metadata: z.array(z.unknown()).nullish(), totalSize: number, size: number })

interface Row {
  readonly ratingKey: RatingKey
  readonly parts: PlexPart[]
}

/** An item as a listing shows it: no locks, and only the first of its tags. */
export interface ListedItem extends Row {
  readonly item: PlexItem
}

/** How rows are asked for and read. */
interface RowKind<R extends Row> {
  readonly query: string
  readonly read: (row: unknown, sectionId: string) => R[]
}
const partRows: RowKind<Row> = { query: trimmed, read: readRow }
const itemRows: RowKind<ListedItem> = { query: comparable, read: readListedItem }

/**
 * All files of a section, or those of the items updated at or after `since` (epoch ms); at most 500 items a page.
 * Ends with the first fault, and where Plex's total is reached; Plex may give fewer than asked, and leave the total out.
 * An item that slipped to another page in between is given once; with all its files, as always.
 */
export async function* listParts(
  connection: PlexConnection,
  sectionId: string,
  { since = null, signal }: { since?: number | null; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Result<PlexPart[]>> {
  for await (const page of listRows(connection, sectionId, since, partRows, signal))
    yield page.ok ? ok(page.value.flatMap(({ parts }) => parts)) : page
}

/** The same with the items themselves, as far as a listing shows them. */
export function listItems(
  connection: PlexConnection,
  sectionId: string,
  signal?: AbortSignal,
): AsyncGenerator<Result<ListedItem[]>> {
  return listRows(connection, sectionId, null, itemRows, signal)
}

async function* listRows<R extends Row>(
  connection: PlexConnection,
  sectionId: string,
  since: number | null,
  kind: RowKind<R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Result<R[]>> {
  // The oldest first: the default order by title would shift rows between pages while titles are being written.
  const updated = since === null ? '' : `&updatedAt%3E%3E=${Math.floor(since / 1000) - 1}`
  const seen = new KeySet()
  for (let start: number | null = 0; start !== null; ) {
    const page: Result<Page<R>> = await readPage(
      connection,
      { sectionId, query: `sort=addedAt%3Aasc${updated}`, kind, start, size: pageSize },
      signal,
    )
    if (!page.ok) {
      yield page
      return
    }
    const fresh = page.value.rows.filter(({ ratingKey }) => seen.add(ratingKey))
    if (fresh.length > 0) yield ok(fresh)
    // Nothing new: it sends the same page forever.
    if (page.value.received > 0 && fresh.length === 0) return
    start = page.value.next
  }
}

/** How many items a section has; one request without rows. */
export async function countItems(
  connection: PlexConnection,
  sectionId: string,
  signal?: AbortSignal,
): Promise<Result<number>> {
  const path = `${sectionPath(sectionId)}/all?type=1`
  const result = await connection.read({ path, headers: window(0, 0), signal }, countSchema)
  if (!result.ok) return result
  const { value, answer: response } = result.value
  const header = response.header('x-plex-container-total-size')
  return ok(value.totalSize ?? (header === '' ? null : Number(header)) ?? value.Metadata?.length ?? value.size ?? 0)
}

/**
 * The items that have a file with this base name, each with all its files. Plex: `file=` is undocumented, means
 * "contains" and takes a comma for OR, so the longest piece without a comma is asked for and each name is compared here.
 * A server that no longer knows the filter sends the whole library, or fails; then nothing is found this way.
 */
export async function findByFile(
  connection: PlexConnection,
  sectionId: string,
  baseName: string,
  signal?: AbortSignal,
): Promise<Result<PlexPart[]>> {
  const piece = longestPiece(baseName)
  // An empty term would match everything.
  if (piece === '') return ok([])
  const found = new Map<RatingKey, PlexPart[]>()
  const query = `sort=addedAt%3Aasc&file=${encodeURIComponent(piece.toWellFormed())}`
  let start: number | null = 0
  for (let page = 0; page < lookUpPages && start !== null; page++) {
    const result: Result<Page<Row>> = await readPage(
      connection,
      { sectionId, query, kind: partRows, start, size: lookUpSize },
      signal,
    )
    if (!result.ok) {
      if (result.fault.status !== 500) return result
      // Is it the filter or the server?
      const count = await countItems(connection, sectionId, signal)
      return count.ok ? ok([...found.values()].flat()) : count
    }
    const { rows, next }: Page<Row> = result.value
    for (const { ratingKey, parts } of rows) {
      if (parts.some(({ file }) => sameName(nameOf(file), baseName))) found.set(ratingKey, parts)
    }
    const honoured = rows.some(({ parts }) => parts.some(({ file }) => folded(file).includes(folded(piece))))
    if (!honoured) break
    start = next
  }
  return ok([...found.values()].flat())
}

interface Page<R extends Row> {
  readonly rows: readonly R[]
  readonly received: number
  /** Where the next page begins; null after the last one. */
  readonly next: number | null
}

interface PageRequest<R extends Row> {
  readonly sectionId: string
  readonly query: string
  readonly kind: RowKind<R>
  readonly start: number
  readonly size: number
}

async function readPage<R extends Row>(
  connection: PlexConnection,
  { sectionId, query, kind, start, size }: PageRequest<R>,
  signal: AbortSignal | undefined,
): Promise<Result<Page<R>>> {
  // Without `type` Plex answers 500. The window goes into headers: as a parameter its size is ignored at times.
  const path = `${sectionPath(sectionId)}/all?type=1&${query}&${kind.query}`
  const rows: R[] = []
  let received = 0
  const take = (row: unknown): void => {
    received += 1
    rows.push(...kind.read(row, sectionId))
  }
  const result = await connection.read(
    { path, headers: window(start, size), signal, rows: { at: ['Metadata'], take } },
    pageSchema,
  )
  if (!result.ok) return result
  const { value, answer: response } = result.value
  const totalHeader = response.header('x-plex-container-total-size')
  const next = nextStart({ start, asked: size, received, totalSize: value.totalSize, totalHeader })
  return ok({ rows, received, next })
}

/** One damaged row must not cost the whole page. */
function readRow(row: unknown, sectionId: string): Row[] {
  const parsed = rowSchema.safeParse(row)
  if (!parsed.success) return []
  const { ratingKey, title, Media } = parsed.data
  return [{ ratingKey, parts: Media.map((file): PlexPart => ({ sectionId, ratingKey, title, ...file })) }]
}

function readListedItem(row: unknown, sectionId: string): ListedItem[] {
  const parsed = itemSchema.safeParse(row)
  if (!parsed.success) return []
  const item = itemOf(parsed.data, sectionId)
  const { ratingKey, title } = item
  return [
    { ratingKey, item, parts: parsed.data.Media.map((file): PlexPart => ({ sectionId, ratingKey, title, ...file })) },
  ]
}

function window(start: number, size: number): Record<string, string> {
  return { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(size) }
}

export function sectionPath(sectionId: string): string {
  if (!/^\d+$/.test(sectionId)) throw new RangeError('A section id must be a whole number')
  return `/library/sections/${sectionId}`
}

function longestPiece(baseName: string): string {
  const pieces = baseName.split(',').map((piece) => piece.trim())
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}

/** The last segment, whichever system the server runs on. */
function nameOf(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}

/** Looser than a file system: users of the result compare whole paths. */
function sameName(one: string, other: string): boolean {
  return folded(one) === folded(other)
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

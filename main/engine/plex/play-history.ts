/**
 * The play history of the server. Plex: the owner sees every account's rows; a row has no progress, no duration and no
 * start, and loses its rating key with its item. A play made offline arrives late, with its own moment.
 */
import * as z from 'zod'
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { HttpResponse } from '../http/response.ts'
import type { PlexConnection } from './connection.ts'
import { id, nextStart, number, text } from './fields.ts'

export interface HistoryRow {
  /** Such as `/status/sessions/history/12`; empty if Plex gives none. */
  readonly historyKey: string
  /** Null if the item is gone. */
  readonly ratingKey: RatingKey | null
  readonly sectionId: string | null
  readonly title: string
  /** Epoch seconds, by the clock of the Plex server. */
  readonly viewedAt: number
  /** 1 is the owner. */
  readonly accountId: number
}

export interface HistoryRequest {
  /** Only rows viewed at or after this (epoch seconds); null for all. */
  readonly since: number | null
  /** Only rows of this library. */
  readonly sectionId?: string | null
  /** Only rows of this item. */
  readonly ratingKey?: RatingKey
  readonly signal?: AbortSignal | undefined
}

export interface HistoryPage {
  readonly rows: readonly HistoryRow[]
  /** The server's time when it answered, epoch ms; null if it does not report it. */
  readonly serverTime: number | null
}

const pageSize = 200

const rowSchema = z
  .object({
    historyKey: text,
    ratingKey: id.nullish().catch(null),
    librarySectionID: id.nullish().catch(null),
    title: text,
    viewedAt: number,
    accountID: number,
  })
  .transform((row, issue): HistoryRow => {
    // Without a moment or an account it is no play.
    if (row.viewedAt === null || row.accountID === null) {
      issue.addIssue('no moment or account')
      return z.NEVER
    }
    return {
      historyKey: row.historyKey,
      ratingKey: /^[1-9]\d*$/.test(row.ratingKey ?? '') ? (row.ratingKey ?? null) : null,
      sectionId: row.librarySectionID ?? null,
      title: row.title,
      viewedAt: Math.floor(row.viewedAt),
      accountId: row.accountID,
    }
  })
const pageSchema = z.object({ Metadata: z.array(z.unknown()).nullish(), totalSize: number })

/** Pages of rows, oldest first. Ends with the first fault. */
export async function* listPlayHistory(
  connection: PlexConnection,
  request: HistoryRequest,
): AsyncGenerator<Result<HistoryPage>> {
  const query = queryOf(request)
  for (let start: number | null = 0; start !== null; ) {
    const headers = { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(pageSize) }
    const path = `/status/sessions/history/all?${query}`
    const page: Result<{ value: z.output<typeof pageSchema>; answer: HttpResponse }> = await connection.read(
      { path, headers, signal: request.signal },
      pageSchema,
    )
    if (!page.ok) {
      yield page
      return
    }
    const { Metadata, totalSize } = page.value.value
    const received = Metadata ?? []
    yield ok({ rows: received.flatMap(readRow), serverTime: timeOf(page.value.answer.header('date')) })
    const totalHeader = page.value.answer.header('x-plex-container-total-size')
    start = nextStart({ start, asked: pageSize, received: received.length, totalSize, totalHeader })
  }
}

function queryOf({ since, sectionId, ratingKey }: HistoryRequest): string {
  return [
    // Oldest first, so that a row that comes in between shifts none to another page.
    'sort=viewedAt%3Aasc',
    // Plex: "at or after" is the operator `>=`, whose second sign separates name and value.
    ...(since === null ? [] : [`viewedAt%3E=${since}`]),
    ...(sectionId == null ? [] : [`librarySectionID=${encodeURIComponent(sectionId)}`]),
    ...(ratingKey === undefined ? [] : [`metadataItemID=${encodeURIComponent(ratingKey)}`]),
  ].join('&')
}

/** One damaged row must not cost the whole page. */
function readRow(row: unknown): HistoryRow[] {
  const parsed = rowSchema.safeParse(row)
  return parsed.success ? [parsed.data] : []
}

function timeOf(header: string): number | null {
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : at
}

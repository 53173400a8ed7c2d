import { type FileFilter, readFilters } from './plex-filter.ts'
import type { PlexLibrary } from './plex-library.ts'
import { collectionTypeNumber, defaultTypes, type PlexItem, type PlexSection, typeNumbers } from './plex-model.ts'
import { containerReply, errorReply } from './plex-reply.ts'
import { listRow, readTrim } from './plex-row.ts'
import type { PlexObject } from './plex-xml.ts'
import type { QueryParams } from './query-params.ts'
import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'

export interface ListingOptions {
  fileFilter: FileFilter
  /** The announced behaviour: 400 for lists that are not paged, and for pages above 1,000 rows. */
  strictPaging: boolean
  /** Whether exclude… and include… are honoured: "requests, not guarantees". */
  trimming: boolean
  /**
   * The most rows a page has, whatever was asked for; null if as many as asked. API 1.2.2, "Pagination": "some
   * endpoints will force pagination".
   */
  pageCap: number | null
  /** Numbers in JSON come as text, as some versions send them (plexapi casts every one). */
  numbersAsText: boolean
  /** `header`: the total is in X-Plex-Container-Total-Size alone; `none`: it is reported nowhere (id 57378950499). */
  totals: 'both' | 'header' | 'none'
}

/** The items that a request's type and filters select, unsorted; null if the server fails with 500. */
export function selectItems(
  library: PlexLibrary,
  section: PlexSection,
  params: QueryParams,
  options: ListingOptions,
): PlexItem[] | null {
  if (params.pairs.some(([name]) => /^file[!=<>]*$/.test(name))) {
    if (options.fileFilter === 'error' || !params.has('type')) return null
  }
  const tests = readFilters(library, params, options.fileFilter)
  const type = wantedType(section, params)
  const selected: PlexItem[] = []
  for (const item of section.items.values()) {
    if (typeNumbers[item.type] === type && tests.every((test) => test(item))) selected.push(item)
  }
  return selected
}

function wantedType(section: PlexSection, params: QueryParams): number {
  const given = params.get('type')
  return given === undefined ? typeNumbers[defaultTypes[section.type]] : Number(given)
}

/** `GET /library/sections/{id}/all`. */
export function listSection(
  library: PlexLibrary,
  section: PlexSection,
  request: RequestRecord,
  options: ListingOptions,
): Reply {
  const { params } = request
  const page = readPage(request)
  if (options.strictPaging && page.size === undefined) return errorReply(400, 'Missing X-Plex-Container-Size header')
  if (options.strictPaging && page.size !== undefined && page.size > 1000) return errorReply(400)
  const filtered = params.pairs.some(([name]) => /^[a-zA-Z.]+[!=<>]*$/.test(name) && !plainNames.has(name))
  let rows: PlexItem[]
  if (wantedType(section, params) === collectionTypeNumber) rows = []
  else if (!filtered) rows = sortedSection(section, wantedType(section, params), params.get('sort') ?? '')
  else {
    const selected = selectItems(library, section, params, options)
    if (!selected) return errorReply(500)
    rows = selected.sort(order(params.get('sort') ?? ''))
  }
  const limit = Number(params.get('limit') ?? Number.NaN)
  const total = Number.isInteger(limit) && limit >= 0 ? Math.min(limit, rows.length) : rows.length
  const start = page.start
  const size = options.pageCap === null ? page.size : Math.min(page.size ?? options.pageCap, options.pageCap)
  const end = size === undefined ? total : Math.min(total, start + size)
  const shown = rows.slice(start, Math.max(start, end))
  const trim = options.trimming ? readTrim(params, headerText(request, 'x-plex-pms-api-version')) : null
  const includeGuids = params.get('includeGuids') === '1'
  const coversAll = page.byQuery && start === 0 && end === total
  const container: PlexObject = {
    size: shown.length,
    totalSize: size === undefined || coversAll || options.totals !== 'both' ? undefined : total,
    offset: size === undefined ? undefined : start,
    allowSync: false,
    identifier: 'com.plexapp.plugins.library',
    librarySectionID: section.id,
    librarySectionTitle: section.title,
    librarySectionUUID: section.uuid,
    mediaTagPrefix: '/system/bundle/media/flags/',
    title1: section.title,
    viewGroup: defaultTypes[section.type],
  }
  if (shown.length > 0) {
    container.Metadata = shown.map((item) => {
      const row = listRow(library, item, includeGuids)
      return trim ? trim.apply(row) : row
    })
  }
  const headers = {
    'X-Plex-Container-Start': String(start),
    ...(options.totals !== 'none' && { 'X-Plex-Container-Total-Size': String(total) }),
  }
  return containerReply(request, container, { headers, numbersAsText: options.numbersAsText })
}

/** Parameters of a listing that never filter; anything else might. */
const plainNames = new Set([
  'type',
  'sort',
  'limit',
  'includeGuids',
  'includeCollections',
  'includeExternalMedia',
  'includeAdvanced',
  'includeMeta',
  'includeFields',
  'includeElements',
  'excludeFields',
  'excludeElements',
  'checkFiles',
])

interface Page {
  start: number
  size: number | undefined
  byQuery: boolean
}

/** Paging by headers, or by query. As a query parameter the size without a start is ignored. */
export function readPage(request: RequestRecord): Page {
  const headerSize = whole(headerText(request, 'x-plex-container-size'))
  const headerStart = whole(headerText(request, 'x-plex-container-start'))
  const queryStart = whole(request.params.get('X-Plex-Container-Start'))
  if (headerSize !== undefined) return { start: headerStart ?? queryStart ?? 0, size: headerSize, byQuery: false }
  const querySize = whole(request.params.get('X-Plex-Container-Size'))
  const start = queryStart ?? headerStart
  if (querySize !== undefined && start !== undefined) return { start, size: querySize, byQuery: true }
  return { start: start ?? 0, size: undefined, byQuery: false }
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function headerText(request: RequestRecord, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

const sortedLists = new WeakMap<PlexSection, Map<string, { version: number; rows: PlexItem[] }>>()

/** The whole section in order, kept until the section changes: a reader asks for it page by page. */
function sortedSection(section: PlexSection, type: number, sort: string): PlexItem[] {
  const lists = sortedLists.get(section) ?? new Map<string, { version: number; rows: PlexItem[] }>()
  sortedLists.set(section, lists)
  const key = `${type} ${sort}`
  const known = lists.get(key)
  if (known && known.version === section.version) return known.rows
  const rows = [...section.items.values()].filter((item) => typeNumbers[item.type] === type).sort(order(sort))
  lists.set(key, { version: section.version, rows })
  return rows
}

type SortKey = (item: PlexItem) => string | number

const sortKeys: Record<string, SortKey> = {
  titleSort,
  title: titleSort,
  addedAt: (item) => item.addedAt,
  updatedAt: (item) => item.updatedAt,
  originallyAvailableAt: (item) => item.text.originallyAvailableAt ?? '',
  year: (item) => item.year ?? 0,
  rating: (item) => item.numbers.rating ?? 0,
  audienceRating: (item) => item.numbers.audienceRating ?? 0,
  userRating: (item) => item.numbers.userRating ?? 0,
  duration: (item) => item.media[0]?.parts[0]?.duration ?? 0,
  viewCount: (item) => item.viewCount,
  lastViewedAt: (item) => item.lastViewedAt ?? 0,
  id: (item) => item.ratingKey,
  ratingKey: (item) => item.ratingKey,
}

/** The comparison for `sort=addedAt:desc,titleSort`; unknown names are ignored, ties go by key. */
function order(sort: string): (a: PlexItem, b: PlexItem) => number {
  const steps: { key: SortKey; sign: number }[] = []
  for (const term of sort.split(',')) {
    const [name = '', direction] = term.split(':')
    const key = sortKeys[name.replace(/^(movie|show|episode|track|artist|album|photo|clip)\./, '')]
    if (key) steps.push({ key, sign: direction === 'desc' ? -1 : 1 })
  }
  if (steps.length === 0) steps.push({ key: titleSort, sign: 1 })
  return (a, b) => {
    for (const { key, sign } of steps) {
      const left = key(a)
      const right = key(b)
      if (left < right) return -sign
      if (left > right) return sign
    }
    return a.ratingKey - b.ratingKey
  }
}

/** The sort title, or else the title without its article. */
function titleSort(item: PlexItem): string {
  return (item.text.titleSort ?? (item.text.title ?? '').replace(/^(the|an?) /i, '')).toLowerCase()
}

/** The addresses of the simulated Plex server and what is behind each. Past 300 lines because it is one table. */
import { collectionRow, type PlexCollection } from './plex-collections.ts'
import { accounts, playHistory, playHistoryRow } from './plex-history.ts'
import { imageFile, imageRequest, isImageName } from './plex-images.ts'
import { listSection, readPage, selectItems } from './plex-listing.ts'
import {
  collectionTypeNumber,
  defaultTypes,
  type PlexItem,
  type PlexSection,
  tagKinds,
  typeNumbers,
} from './plex-model.ts'
import { containerReply, emptyReply, errorReply, imageReply } from './plex-reply.ts'
import { fullRow, listRow, readTrim } from './plex-row.ts'
import type { PlexState } from './plex-state.ts'
import type { PlexObject } from './plex-xml.ts'
import type { Exchange, Reply } from './simulated-server.ts'

export type PlexRoute = (plex: PlexState, exchange: Exchange, match: RegExpExecArray) => Reply | Promise<Reply>

/** In order; the first that matches answers. */
export const plexRoutes: readonly (readonly [RegExp, PlexRoute])[] = [
  [/^\/identity$/, identity],
  [/^\/$/, root],
  [/^\/library\/sections\/(\d+)\/all$/, sectionItems],
  [/^\/library\/metadata\/([\d,]+)$/, metadata],
  [/^\/library\/metadata\/(\d+)\/(\w+)(?:\/(.+))?$/, metadataPart],
  [/^\/library\/sections$/, sections],
  [/^\/library\/sections\/(\d+|all)\/refresh$/, refreshSection],
  [/^\/library\/sections\/(\d+)\/emptyTrash$/, emptyTrash],
  [/^\/library\/sections\/(\d+)\/prefs$/, sectionPrefs],
  [/^\/library\/sections\/(\d+)\/(\w+)$/, sectionChoices],
  [/^\/library\/collections\/(\d+)\/items$/, addToCollection],
  [/^\/library\/collections\/(\d+)\/children$/, collectionChildren],
  [/^\/library\/search$/, librarySearch],
  [/^\/library$/, libraryRoot],
  [/^\/hubs\/search$/, hubSearch],
  [/^\/:\/rate$/, rate],
  [/^\/:\/(un)?scrobble$/, scrobble],
  [/^\/:\/prefs$/, serverPrefs],
  [/^\/status\/sessions\/history\/all$/, playHistory],
  [/^\/status\/sessions\/history\/(\d+)$/, playHistoryRow],
  [/^\/accounts$/, accounts],
  [/^\/:\/eventsource\/notifications$/, (plex, exchange) => plex.events.stream(exchange)],
  [/^\/photo\/:\/transcode$/, transcodePhoto],
  [/^\/activities$/, activities],
  [/^\/myplex\/account$/, account],
]

function identity(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('identity')
  const { claimed, machineIdentifier, version } = plex.settings
  return containerReply(exchange.request, { size: 0, apiVersion: '1.2.0', claimed, machineIdentifier, version })
}

function root(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('root')
  const { claimed, friendlyName, machineIdentifier, version, plexPass } = plex.settings
  return containerReply(exchange.request, {
    size: 2,
    apiVersion: '1.2.0',
    claimed,
    friendlyName,
    machineIdentifier,
    myPlex: claimed,
    myPlexSubscription: plexPass,
    platform: 'Linux',
    version,
    Directory: [
      { count: 1, key: 'activities', title: 'activities' },
      { count: 1, key: 'library', title: 'library' },
    ],
  })
}

function libraryRoot(_plex: PlexState, exchange: Exchange): Reply {
  exchange.label('library')
  return containerReply(exchange.request, {
    size: 1,
    identifier: 'com.plexapp.plugins.library',
    title1: 'Plex Library',
    Directory: [{ key: 'sections', title: 'Library Sections' }],
  })
}

function sections(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('sections')
  const rows = [...plex.library.sections.values()].map(
    (section): PlexObject => ({
      allowSync: true,
      filters: true,
      refreshing: section.refreshing,
      key: String(section.id),
      type: section.type,
      title: section.title,
      agent: section.agent,
      scanner: section.scanner,
      language: section.language,
      uuid: section.uuid,
      updatedAt: section.updatedAt,
      createdAt: section.createdAt,
      scannedAt: section.scannedAt,
      content: true,
      directory: true,
      contentChangedAt: section.contentChangedAt,
      hidden: section.hidden ? 1 : 0,
      Location: section.locations.map((location) => ({ id: location.id, path: location.path })),
    }),
  )
  const container: PlexObject = { size: rows.length, allowSync: false, title1: 'Plex Library' }
  if (rows.length > 0) container.Directory = rows
  return containerReply(exchange.request, container)
}

function sectionItems(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  const section = plex.library.sections.get(Number(match[1]))
  if (!section) return errorReply(404)
  const { request } = exchange
  if (request.method === 'GET') {
    const isLookup = request.params.pairs.some(([name]) => name.startsWith('file'))
    exchange.label(isLookup ? 'lookup' : 'listing')
    if (Number(request.params.get('type')) === collectionTypeNumber) return collectionsReply(plex, exchange, section)
    return listSection(plex.library, section, request, plex.settings)
  }
  if (request.method !== 'PUT') return errorReply(404)
  exchange.label('edit')
  if (!plex.settings.sectionEdits) return errorReply(404)
  // Since 1.43 the section's route knows no collections; the item's own route does.
  if (Number(request.params.get('type')) === collectionTypeNumber) return errorReply(404)
  const items = editedItems(plex, section, exchange)
  if (!items) return errorReply(500)
  if (items.length === 0) return errorReply(404)
  return plex.edit(exchange, items) ?? emptyReply()
}

/** Without an `id`, or with an empty one, an edit is for everything that the filters leave: the whole library. */
function editedItems(plex: PlexState, section: PlexSection, exchange: Exchange): PlexItem[] | null {
  const { params } = exchange.request
  const id = params.get('id') ?? ''
  if (id === '') return selectItems(plex.library, section, withoutId(exchange), plex.settings)
  const type = Number(params.get('type') ?? typeNumbers[defaultTypes[section.type]])
  const items: PlexItem[] = []
  for (const key of id.split(',')) {
    const item = section.items.get(Number(key))
    if (item && typeNumbers[item.type] === type) items.push(item)
  }
  return items
}

function withoutId(exchange: Exchange) {
  const { params } = exchange.request
  const pairs = params.pairs.filter(([name]) => name !== 'id')
  return {
    pairs,
    get: (name: string) => params.get(name),
    has: (name: string) => params.has(name),
    toObject: () => ({}),
  }
}

function metadata(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  const { request } = exchange
  const keys = (match[1] ?? '').split(',').filter(Boolean)
  const items = keys.map((key) => plex.library.items.get(Number(key))).filter((item) => item !== undefined)
  const collections = keys.flatMap((key) => plex.library.collections.get(Number(key)) ?? [])
  if (collections.length > 0 && items.length === 0) return collectionMetadata(plex, exchange, collections)
  if (request.method === 'PUT') exchange.label('edit')
  else exchange.label(request.method === 'DELETE' ? 'delete' : 'metadata')
  if (items.length === 0) return errorReply(404)
  if (request.method === 'PUT') return plex.edit(exchange, items) ?? emptyReply()
  if (request.method === 'DELETE') {
    for (const item of items) plex.library.removeItem(item.ratingKey)
    return emptyReply()
  }
  if (request.method !== 'GET') return errorReply(404)
  if (request.params.get('skipRefresh') !== '1') plex.localRefreshes += items.length
  const { pageCap, castLock, numbersAsText } = plex.settings
  const page = readPage(request)
  const size = Math.min(page.size ?? Number.POSITIVE_INFINITY, pageCap ?? Number.POSITIVE_INFINITY)
  const shown = items.slice(page.start, page.start + size)
  const isPaged = Number.isFinite(size)
  const version = request.headers['x-plex-pms-api-version']
  const trim = plex.settings.trimming
    ? readTrim(request.params, typeof version === 'string' ? version : undefined)
    : null
  const checkFiles = request.params.get('checkFiles') === '1'
  const first = items[0]
  const container: PlexObject = {
    size: shown.length,
    totalSize: isPaged ? items.length : undefined,
    offset: isPaged ? page.start : undefined,
    allowSync: true,
    identifier: 'com.plexapp.plugins.library',
    librarySectionID: first?.sectionId,
    librarySectionTitle: first && plex.library.section(first.sectionId).title,
    mediaTagPrefix: '/system/bundle/media/flags/',
    Metadata: shown.map((item) => {
      const row = fullRow(plex.library, item, { checkFiles, castLock })
      return trim ? trim.apply(row) : row
    }),
  }
  return containerReply(request, container, { numbersAsText })
}

function metadataPart(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply | Promise<Reply> {
  const item = plex.library.items.get(Number(match[1]))
  const name = match[2] ?? ''
  const { method } = exchange.request
  if (!item) return collectionPart(plex, exchange, match)
  const picture = picturePart(plex, exchange, match, item, () => plex.library.touch(item))
  if (picture !== null) return picture
  if (name === 'refresh' && method === 'PUT') {
    exchange.label('refreshItem')
    plex.library.refreshByAgent(item.ratingKey)
    return emptyReply()
  }
  exchange.label('analyze')
  if (name === 'analyze' && method === 'PUT') {
    return plex.library.section(item.sectionId).agent.endsWith('.none') ? errorReply(404) : emptyReply()
  }
  return errorReply(404)
}

/** The pictures of an item or a collection; null if the path names none. */
function picturePart(
  plex: PlexState,
  exchange: Exchange,
  match: RegExpExecArray,
  shown: Pick<PlexItem, 'ratingKey' | 'locked' | 'shelves'>,
  touch: () => void,
): Reply | Promise<Reply> | null {
  const name = match[2] ?? ''
  const { ratingKey, locked, shelves } = shown
  if (isImageName(name))
    return imageRequest(
      plex.library,
      { ratingKey, locked, shelves, touch },
      name,
      match[3] ?? '',
      exchange,
      plex.settings,
    )
  return name === 'file' && exchange.request.method === 'GET' ? imageFile(shown, exchange) : null
}

/** `GET` and `PUT /library/metadata/{ids}` of collections. */
function collectionMetadata(plex: PlexState, exchange: Exchange, found: readonly PlexCollection[]): Reply {
  const { request } = exchange
  exchange.label(request.method === 'PUT' ? 'collectionEdit' : 'collection')
  const [first] = found
  if (first === undefined) return errorReply(404)
  if (request.method === 'PUT') return plex.library.collections.edit(first, request)
  if (request.method !== 'GET') return errorReply(404)
  return containerReply(request, { size: found.length, Metadata: found.map((one) => collectionRow(one, true)) })
}

/** Pictures and preferences of a collection. */
function collectionPart(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply | Promise<Reply> {
  const collection = plex.library.collections.get(Number(match[1]))
  const name = match[2] ?? ''
  if (!collection) return errorReply(404)
  const touch = () => plex.library.collections.touch(collection)
  const picture = picturePart(plex, exchange, match, collection, touch)
  if (picture !== null) return picture
  exchange.label('prefs')
  if (name !== 'prefs' || exchange.request.method !== 'PUT') return errorReply(404)
  for (const pref of ['collectionMode', 'collectionSort']) {
    const value = exchange.request.params.get(pref)
    if (value !== undefined) collection.prefs.set(pref, value)
  }
  return emptyReply()
}

/** The items of a collection. */
function collectionChildren(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('collectionItems')
  const collection = plex.library.collections.get(Number(match[1]))
  if (!collection || exchange.request.method !== 'GET') return errorReply(404)
  const page = readPage(exchange.request)
  const shown = collection.items.slice(page.start, page.size === undefined ? undefined : page.start + page.size)
  return containerReply(exchange.request, {
    size: shown.length,
    totalSize: collection.items.length,
    Metadata: shown.map((item) => listRow(plex.library, item, false)),
  })
}

function refreshSection(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('scan')
  const { request } = exchange
  const all = match[1] === 'all'
  const wanted = all ? [...plex.library.sections.values()] : [plex.library.sections.get(Number(match[1]))]
  for (const section of wanted) {
    if (!section) return errorReply(404)
    if (request.method === 'DELETE') plex.scans.cancel(section)
    else plex.scans.scan(section, request.params.get('path') ?? null)
  }
  return emptyReply()
}

function emptyTrash(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('emptyTrash')
  const section = plex.library.sections.get(Number(match[1]))
  if (!section || exchange.request.method !== 'PUT') return errorReply(404)
  for (const item of [...section.items.values()]) {
    if (item.media.length > 0 && item.media.every((media) => media.deletedAt !== undefined)) {
      plex.library.removeItem(item.ratingKey)
    }
  }
  return emptyReply()
}

function sectionPrefs(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('prefs')
  if (!plex.library.sections.has(Number(match[1]))) return errorReply(404)
  if (exchange.request.method === 'PUT') return emptyReply()
  const setting: PlexObject = {
    id: 'hidden',
    type: 'int',
    default: '0',
    value: '0',
    label: 'Visibility',
    advanced: false,
  }
  return containerReply(exchange.request, { size: 1, Setting: [setting] })
}

/** The tags of one kind in a section, with the ids that tag filters need; or its collections. */
function sectionChoices(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  const section = plex.library.sections.get(Number(match[1]))
  if (!section) return errorReply(404)
  if (match[2] === 'collections') return collectionsReply(plex, exchange, section)
  const kind = tagKinds.find((candidate) => candidate === match[2])
  if (!kind) return errorReply(404)
  exchange.label('choices')
  const found = new Map<number, string>()
  for (const item of section.items.values()) for (const { tag } of item.tags[kind] ?? []) found.set(tag.id, tag.tag)
  const rows = [...found].map(
    ([id, title]): PlexObject => ({
      fastKey: `/library/sections/${section.id}/all?${kind}=${id}`,
      key: String(id),
      title,
    }),
  )
  const container: PlexObject = { size: rows.length, allowSync: false, title1: section.title }
  if (rows.length > 0) container.Directory = rows
  return containerReply(exchange.request, container)
}

function collectionsReply(plex: PlexState, exchange: Exchange, section: PlexSection): Reply {
  exchange.label('collections')
  const all = plex.library.collections.of(section)
  const page = readPage(exchange.request)
  const shown = all.slice(page.start, page.size === undefined ? undefined : page.start + page.size)
  const rows = shown.map((collection) => collectionRow(collection, false))
  const container: PlexObject = { size: rows.length, totalSize: all.length, title1: section.title }
  if (rows.length > 0) container.Metadata = rows
  return containerReply(exchange.request, container)
}

/** Adding through the collection locks the kind on its items automatically. */
function addToCollection(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('edit')
  const collection = plex.library.collections.get(Number(match[1]))
  const uri = exchange.request.params.get('uri') ?? ''
  const keys = /^server:\/\/([^/]+)\/com\.plexapp\.plugins\.library\/library\/metadata\/([\d,]+)$/.exec(uri)
  if (!collection || exchange.request.method !== 'PUT') return errorReply(404)
  const { tag } = collection
  if (!keys || keys[1] !== plex.settings.machineIdentifier) return errorReply(400)
  for (const key of (keys[2] ?? '').split(',')) {
    const item = plex.library.items.get(Number(key))
    if (!item) continue
    const members = item.tags.collection ?? []
    if (!members.some((tagging) => tagging.tag === tag)) item.tags.collection = [...members, { tag, text: '' }]
    item.locked.add('collection')
    plex.library.touch(item)
  }
  return containerReply(exchange.request, { size: 1 })
}

function librarySearch(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('search')
  const query = (exchange.request.params.get('query') ?? '').toLowerCase()
  const limit = Number(exchange.request.params.get('limit') ?? 100)
  const rows = found(plex, query).slice(0, limit)
  const container: PlexObject = { size: rows.length }
  if (rows.length > 0) {
    container.SearchResult = rows.map((item) => ({
      score: 0.9,
      Metadata: [fullRow(plex.library, item, { checkFiles: false })],
    }))
  }
  return containerReply(exchange.request, container)
}

/** Fuzzy search in hubs: three results a hub unless more are asked for; a section only ranks. */
function hubSearch(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('search')
  const { params } = exchange.request
  const query = (params.get('query') ?? '').trim().toLowerCase()
  const section = params.get('sectionId')
  if (query === '' || (section !== undefined && !plex.library.sections.has(Number(section)))) return errorReply(400)
  const limit = Number(params.get('limit') ?? 3)
  if (limit === 0) return errorReply(500)
  const rows = found(plex, query)
    .sort((a, b) => Number(b.sectionId === Number(section)) - Number(a.sectionId === Number(section)))
    .slice(0, limit)
  const hub: PlexObject = { title: 'Movies', type: 'movie', hubIdentifier: 'movie', size: rows.length }
  if (rows.length > 0) hub.Metadata = rows.map((item) => fullRow(plex.library, item, { checkFiles: false }))
  return containerReply(exchange.request, { size: 1, Hub: [hub] })
}

function found(plex: PlexState, query: string): PlexItem[] {
  return [...plex.library.items.values()].filter((item) => (item.text.title ?? '').toLowerCase().includes(query))
}

function rate(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('rate')
  const { params, method } = exchange.request
  const rating = Number(params.get('rating') ?? Number.NaN)
  const key = params.get('key')
  const bad =
    params.get('identifier') !== 'com.plexapp.plugins.library' || !Number.isFinite(rating) || rating > 10 || rating < -1
  if (method !== 'PUT' || key === undefined || bad || (rating < 0 && rating !== -1)) return errorReply(400)
  const item = plex.library.items.get(Number(key))
  if (!item) return errorReply(404)
  if (rating === -1) delete item.numbers.userRating
  else item.numbers.userRating = rating
  item.lastRatedAt = rating === -1 ? undefined : plex.library.seconds()
  plex.library.touch(item)
  return emptyReply()
}

function scrobble(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('scrobble')
  const { params } = exchange.request
  if (params.get('identifier') !== 'com.plexapp.plugins.library') return errorReply(400)
  const item = plex.library.items.get(Number(params.get('key')))
  if (!item) return errorReply(404)
  plex.playback.mark(item.ratingKey, match[1] === undefined)
  return emptyReply()
}

function serverPrefs(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('prefs')
  if (exchange.request.method === 'PUT') return emptyReply()
  const setting: PlexObject = {
    id: 'FriendlyName',
    type: 'text',
    default: '',
    value: plex.settings.friendlyName,
    hidden: false,
  }
  return containerReply(exchange.request, { size: 1, Setting: [setting] })
}

/** A picture of the server at another size. The size is not simulated: the bytes are those of the picture. */
function transcodePhoto(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('transcode')
  const { params } = exchange.request
  const thumb = /^\/library\/metadata\/(\d+)\/(thumb|art)\/\d+$/.exec(params.get('url') ?? '')
  if (!(Number(params.get('width')) > 0) || !(Number(params.get('height')) > 0)) return errorReply(400)
  const item = plex.library.items.get(Number(thumb?.[1] ?? 0))
  if (!item) return errorReply(404)
  const shelf = thumb?.[2] === 'art' ? item.shelves.arts : item.shelves.posters
  const image = shelf.images.find(({ key }) => key === shelf.selected)
  return image ? imageReply(image.bytes, image.contentType) : errorReply(404)
}

function activities(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('activities')
  const rows = plex.scans.activities()
  return containerReply(exchange.request, { size: rows.length, Activity: rows })
}

function account(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('account')
  const { claimed } = plex.settings
  return containerReply(
    exchange.request,
    {
      username: claimed ? 'owner@example.org' : '',
      mappingState: claimed ? 'mapped' : 'unknown',
      signInState: claimed ? 'ok' : 'none',
      publicAddress: '203.0.113.7',
      publicPort: 32400,
      privateAddress: '127.0.0.1',
      privatePort: plex.port,
      subscriptionActive: plex.settings.plexPass,
    },
    { name: 'MyPlex' },
  )
}

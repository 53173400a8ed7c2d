import { ownerAccountId, type PlexPlay } from './plex-playback.ts'
import { containerReply, emptyReply, errorReply } from './plex-reply.ts'
import type { PlexState } from './plex-state.ts'
import type { PlexObject } from './plex-xml.ts'
import type { QueryParams } from './query-params.ts'
import type { Exchange, Reply } from './simulated-server.ts'

/** `GET /status/sessions/history/all`: every account's rows for the owner, only their own for a shared user. */
export function playHistory(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('history')
  const { request } = exchange
  if (request.method !== 'GET') return errorReply(404)
  const start = Number(request.headers['x-plex-container-start'] ?? request.params.get('X-Plex-Container-Start') ?? 0)
  const size = request.headers['x-plex-container-size'] ?? request.params.get('X-Plex-Container-Size')
  const rows = ordered(chosen(plex, request.params, plex.accessOf(request)), request.params.get('sort') ?? '')
  const shown = rows.slice(start, size === undefined ? undefined : start + Number(size))
  const container: PlexObject = { size: shown.length, totalSize: rows.length, offset: start }
  if (shown.length > 0) container.Metadata = shown.map((row) => historyRow(plex, row))
  return containerReply(request, container)
}

/** `GET` and `DELETE /status/sessions/history/{id}`. */
export function playHistoryRow(plex: PlexState, exchange: Exchange, match: RegExpExecArray): Reply {
  exchange.label('history')
  const { history } = plex.playback
  const at = history.findIndex(({ id }) => id === Number(match[1]))
  const row = history[at]
  if (row === undefined) return errorReply(404)
  if (exchange.request.method === 'DELETE') {
    history.splice(at, 1)
    return emptyReply()
  }
  return containerReply(exchange.request, { size: 1, Metadata: [historyRow(plex, row)] })
}

/** `GET /accounts`: Home and shared users. The first entry belongs to no user. */
export function accounts(plex: PlexState, exchange: Exchange): Reply {
  exchange.label('accounts')
  const rows = [...new Map([[0, ''], ...plex.playback.accounts])].map(
    ([id, name]): PlexObject => ({
      id,
      key: `/accounts/${id}`,
      name,
      defaultAudioLanguage: 'en',
      autoSelectAudio: true,
      thumb: '',
    }),
  )
  return containerReply(exchange.request, {
    size: rows.length,
    identifier: 'com.plexapp.system.accounts',
    Account: rows,
  })
}

function chosen(plex: PlexState, params: QueryParams, access: 'owner' | 'shared'): PlexPlay[] {
  const only = (name: string, value: (row: PlexPlay) => number) => (row: PlexPlay) => {
    const wanted = params.get(name)
    return wanted === undefined || value(row) === Number(wanted)
  }
  const tests = [
    only('accountID', ({ accountId }) => accountId),
    only('librarySectionID', ({ sectionId }) => sectionId),
    only('metadataItemID', ({ ratingKey }) => (plex.library.items.has(ratingKey) ? ratingKey : 0)),
    // On the wire `viewedAt>=5` is the name `viewedAt>`.
    (row: PlexPlay) => row.viewedAt >= Number(params.get('viewedAt>') ?? Number.NEGATIVE_INFINITY),
    (row: PlexPlay) => row.viewedAt <= Number(params.get('viewedAt<') ?? Number.POSITIVE_INFINITY),
    ({ accountId }: PlexPlay) => access === 'owner' || accountId !== ownerAccountId,
  ]
  return plex.playback.history.filter((row) => tests.every((test) => test(row)))
}

function ordered(rows: PlexPlay[], sort: string): PlexPlay[] {
  const [name, direction] = sort.split(':')
  if (name !== 'viewedAt') return rows
  const sign = direction === 'desc' ? -1 : 1
  return rows.sort((a, b) => sign * (a.viewedAt - b.viewedAt) || sign * (a.id - b.id))
}

/** No progress, no duration, no start. A row whose item is gone has lost its key, unless the server still shows it. */
function historyRow(plex: PlexState, row: PlexPlay): PlexObject {
  const isGone = !plex.library.items.has(row.ratingKey)
  const keyless = isGone && !plex.settings.keysOfGoneItems
  return {
    historyKey: `/status/sessions/history/${row.id}`,
    key: keyless ? undefined : `/library/metadata/${row.ratingKey}`,
    ratingKey: keyless ? undefined : String(row.ratingKey),
    librarySectionID: String(row.sectionId),
    title: row.title,
    type: 'movie',
    thumb: keyless ? undefined : `/library/metadata/${row.ratingKey}/thumb/1`,
    originallyAvailableAt: plex.library.items.get(row.ratingKey)?.text.originallyAvailableAt,
    viewedAt: row.viewedAt,
    accountID: row.accountId,
    deviceID: row.deviceId,
  }
}

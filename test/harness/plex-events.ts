import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Access } from './plex-gate.ts'
import type { PlexLibrary } from './plex-library.ts'
import { type PlexItem, typeNumbers } from './plex-model.ts'
import type { PlayingNotice } from './plex-playback.ts'
import { RequestRecord } from './request-log.ts'
import type { Exchange, Reply } from './simulated-server.ts'
import { acceptWebSocket, type WebSocketPeer } from './web-socket.ts'

/** Timeline notifications by server-sent events and by web socket: an accelerator that clients may not rely on. */
export class PlexEvents {
  readonly #streams = new Set<ServerResponse>()
  readonly #peers = new Set<WebSocketPeer>()

  constructor(library: PlexLibrary) {
    library.onChange = (item, change) => this.#announce(item, change)
  }

  /** Readers at the moment. */
  get readers(): number {
    return this.#streams.size + this.#peers.size
  }

  /** `GET /:/eventsource/notifications`. */
  stream(exchange: Exchange): Reply {
    exchange.label('events')
    const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }
    const hold = (response: ServerResponse) => {
      response.write(': \n\n')
      this.#streams.add(response)
      response.on('close', () => this.#streams.delete(response))
    }
    return { status: 200, headers, hold }
  }

  /** `/:/websockets/notifications` (as clients spell it) or `/:/websocket/notifications` (as the vendor does). */
  upgrade(request: IncomingMessage, socket: Duplex, enter: (request: RequestRecord) => Access | Reply): void {
    const record = new RequestRecord(0, 'GET', request.url ?? '/', request.headers, 0)
    const access = enter(record)
    if (typeof access !== 'string' || !/^\/:\/websockets?\/notifications$/.test(record.path)) {
      const status = typeof access === 'string' ? 404 : access.status
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const peer = acceptWebSocket(request, socket, {})
    if (!peer) return
    this.#peers.add(peer)
    peer.onClose = () => this.#peers.delete(peer)
  }

  close(): void {
    for (const response of this.#streams) response.end()
    for (const peer of this.#peers) peer.close(1001)
    this.#streams.clear()
    this.#peers.clear()
  }

  /** A session plays, pauses or stops. */
  playing(notice: PlayingNotice): void {
    const notification = { type: 'playing', size: 1, PlaySessionStateNotification: [notice] }
    const entry = { PlaySessionStateNotification: notice }
    for (const response of this.#streams) response.write(`event: playing\ndata: ${JSON.stringify(entry)}\n\n`)
    const text = JSON.stringify({ NotificationContainer: notification })
    for (const peer of this.#peers) peer.send(text)
  }

  #announce(item: PlexItem, change: 'created' | 'updated' | 'deleted'): void {
    if (this.readers === 0) return
    const entry = {
      identifier: 'com.plexapp.plugins.library',
      sectionID: String(item.sectionId),
      itemID: String(item.ratingKey),
      type: typeNumbers[item.type],
      title: item.text.title ?? '',
      // Items without an agent end at 1; 5 is "processed", 9 "deleted".
      state: change === 'deleted' ? 9 : change === 'created' ? 0 : 5,
      updatedAt: item.updatedAt,
    }
    const notification = { type: 'timeline', size: 1, TimelineEntry: [entry] }
    for (const response of this.#streams) response.write(`event: timeline\ndata: ${JSON.stringify(notification)}\n\n`)
    const text = JSON.stringify({ NotificationContainer: notification })
    for (const peer of this.#peers) peer.send(text)
  }
}

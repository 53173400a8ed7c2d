import type { ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { Access } from './plex-gate.ts'
import type { PlexLibrary } from './plex-library.ts'
import { type PlexItem, typeNumbers } from './plex-model.ts'
import type { PlayingNotice } from './plex-playback.ts'
import { RequestRecord } from './request-log.ts'
import type { Exchange, Reply } from './simulated-server.ts'
import { acceptWebSocket, refuseUpgrade, type Upgrade } from './web-socket.ts'

/** Timeline notifications by server-sent events and by web socket: an accelerator that clients may not rely on. */
export class PlexEvents {
  readonly #streams = new Set<ServerResponse>()
  readonly #peers = new Set<WebSocket>()

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
  upgrade(upgrade: Upgrade, enter: (request: RequestRecord) => Access | Reply): void {
    const { url = '/', headers } = upgrade.request
    const record = new RequestRecord(0, 'GET', url, headers, 0)
    const access = enter(record)
    if (typeof access !== 'string' || !/^\/:\/websockets?\/notifications$/.test(record.path)) {
      refuseUpgrade(upgrade, typeof access === 'string' ? 404 : access.status)
      return
    }
    acceptWebSocket(upgrade, (peer) => {
      this.#peers.add(peer)
      peer.on('close', () => this.#peers.delete(peer))
    })
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

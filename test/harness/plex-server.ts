/**
 * A simulated Plex Media Server over real HTTP. Built from the recorded facts about the real one: it rejects what that
 * rejects and ignores what that ignores. Where the facts leave a reading open, an option chooses.
 */
import type { Clock } from './clock.ts'
import { applyEdit, type EditOptions, readEdit } from './plex-edit.ts'
import { PlexEvents } from './plex-events.ts'
import type { FileFilter } from './plex-filter.ts'
import { type Access, type GateSettings, gate, type PlexMode } from './plex-gate.ts'
import { type LibraryOptions, PlexLibrary } from './plex-library.ts'
import { PlexPlayback } from './plex-playback.ts'
import { errorReply } from './plex-reply.ts'
import { type PlexRoute, plexRoutes } from './plex-routes.ts'
import { PlexScans } from './plex-scans.ts'
import type { PlexSettings, PlexState } from './plex-state.ts'
import type { RequestRecord } from './request-log.ts'
import { SimulatedFront } from './simulated-front.ts'
import { type Exchange, type Reply, SimulatedServer, type SimulatedServerOptions } from './simulated-server.ts'

export interface PlexServerOptions extends LibraryOptions, Partial<EditOptions>, Partial<GateSettings> {
  host?: string
  port?: number
  clock?: Clock
  keepAliveMs?: number
  keepRequests?: number
  /** Runs latencies and delays; default real timers. */
  timer?: SimulatedServerOptions['timer']
  friendlyName?: string
  machineIdentifier?: string
  version?: string
  fileFilter?: FileFilter
  strictPaging?: boolean
  trimming?: boolean
  pageCap?: number | null
  numbersAsText?: boolean
  totals?: PlexSettings['totals']
  castLock?: PlexSettings['castLock']
  sectionEdits?: boolean
  uploadLocks?: boolean
  /** History rows keep the key of an item that is gone; default false. */
  keysOfGoneItems?: boolean
  /** How long a scan takes, by the clock; default 0. */
  scanMs?: number
}

export class PlexServer extends SimulatedFront implements PlexState {
  readonly library: PlexLibrary
  readonly scans: PlexScans
  readonly settings: PlexSettings
  readonly events: PlexEvents
  readonly playback: PlexPlayback
  localRefreshes = 0
  protected readonly server: SimulatedServer

  constructor(options: PlexServerOptions) {
    super()
    this.library = new PlexLibrary(options)
    this.scans = new PlexScans(this.library, options.scanMs ?? 0)
    this.events = new PlexEvents(this.library)
    this.playback = new PlexPlayback(this.library)
    this.playback.onPlaying = (notice) => this.events.playing(notice)
    this.settings = {
      mode: options.mode ?? 'ready',
      token: options.token ?? 'plex-owner-token-0001',
      sharedToken: options.sharedToken ?? null,
      claimed: options.claimed ?? true,
      maxRequestLine: options.maxRequestLine ?? 8000,
      tooLongStatus: options.tooLongStatus ?? 414,
      friendlyName: options.friendlyName ?? 'Simulated Plex',
      machineIdentifier: options.machineIdentifier ?? '5ca1ab1e0000000000000000000000000000c0de',
      version: options.version ?? '1.43.1.10611-1e34174b1',
      fileFilter: options.fileFilter ?? 'contains',
      strictPaging: options.strictPaging ?? false,
      trimming: options.trimming ?? true,
      pageCap: options.pageCap ?? null,
      numbersAsText: options.numbersAsText ?? false,
      totals: options.totals ?? 'both',
      castLock: options.castLock ?? 'actor',
      sectionEdits: options.sectionEdits ?? true,
      tokenState: options.tokenState ?? 'valid',
      secureConnections: options.secureConnections ?? 'preferred',
      uploadLocks: options.uploadLocks ?? true,
      keysOfGoneItems: options.keysOfGoneItems ?? false,
      tagEdits: options.tagEdits ?? 'add',
      plexPass: options.plexPass ?? false,
      badDataStatus: options.badDataStatus ?? 500,
      refusedValues: options.refusedValues ?? [],
    }
    this.server = new SimulatedServer((exchange) => this.#handle(exchange), {
      ...(options.host !== undefined && { host: options.host }),
      ...(options.port !== undefined && { port: options.port }),
      ...(options.clock && { clock: options.clock }),
      ...(options.keepAliveMs !== undefined && { keepAliveMs: options.keepAliveMs }),
      ...(options.keepRequests !== undefined && { keepRequests: options.keepRequests }),
      ...(options.timer && { timer: options.timer }),
      upgrade: (upgrade) => this.events.upgrade(upgrade, (record) => gate(record, this.settings)),
    })
  }

  get url(): string {
    return this.server.url
  }

  /** The owner's token. */
  get token(): string {
    return this.settings.token
  }

  setMode(mode: PlexMode): void {
    this.settings.mode = mode
  }

  override down(): Promise<void> {
    this.events.close()
    return super.down()
  }

  accessOf(request: RequestRecord): Access {
    const access = gate(request, this.settings)
    return typeof access === 'string' ? access : 'shared'
  }

  /** Each response carries the server's own time. */
  #handle(exchange: Exchange): Reply | Promise<Reply> {
    const dated = (reply: Reply): Reply => ({
      ...reply,
      headers: { Date: new Date(this.library.clock.now()).toUTCString(), ...reply.headers },
    })
    const reply = this.#route(exchange)
    return reply instanceof Promise ? reply.then(dated) : dated(reply)
  }

  #route(exchange: Exchange): Reply | Promise<Reply> {
    const { request } = exchange
    const access = gate(request, this.settings)
    if (typeof access !== 'string') {
      exchange.label('refused')
      return access
    }
    const isWrite = request.method !== 'GET' && request.method !== 'HEAD'
    // A shared user may rate and mark as watched, but edits belong to the owner.
    const isOwners = isWrite || request.path === '/library' || request.path.endsWith('/refresh')
    if (access === 'shared' && isOwners && !request.path.startsWith('/:/')) {
      exchange.label('refused')
      return errorReply(403)
    }
    for (const [pattern, route] of plexRoutes) {
      const match = pattern.exec(request.path)
      if (match) return (route as PlexRoute)(this, exchange, match)
    }
    exchange.label('unknown')
    return errorReply(404)
  }

  edit(exchange: Exchange, items: readonly { ratingKey: number }[]): Reply | null {
    const edit = readEdit(exchange.request.params, this.settings)
    if ('status' in edit) return errorReply(edit.status, edit.text)
    for (const { ratingKey } of items)
      applyEdit(this.library, this.library.item(ratingKey), edit, this.settings.tagEdits)
    return null
  }
}

/** Starts a simulated Plex server with an empty library. */
export async function startPlexServer(options: PlexServerOptions = {}): Promise<PlexServer> {
  const server = new PlexServer(options)
  await server.up()
  return server
}

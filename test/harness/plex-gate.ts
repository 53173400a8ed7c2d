import { isIP } from 'node:net'
import { errorReply, maintenanceReply, startingReply } from './plex-reply.ts'
import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'

/** How far the server is: answering; reads only ("still starting up"); 503 for everything. */
export type PlexMode = 'ready' | 'settling' | 'maintenance'

export interface GateSettings {
  mode: PlexMode
  /** The owner's token. */
  token: string
  /** A shared user's token: may read, may not edit. */
  sharedToken: string | null
  /** An unclaimed server answers local requests without a token. */
  claimed: boolean
  /** The longest request line that is read, in bytes. */
  maxRequestLine: number
  /** `cut`: the connection is cut without a response. All of these were seen on real servers. */
  tooLongStatus: 400 | 413 | 414 | 431 | 'cut'
  /**
   * `expired`: the owner's token is answered 498, as plex.tv and newer servers do for a JWT that has run out (API
   * description, "Authentication"). Default `valid`.
   */
  tokenState: 'valid' | 'expired'
  /** Plex, setting "Secure connections: Required": a plain connection is cut without a response. Default `preferred`. */
  secureConnections: 'preferred' | 'required'
}

export type Access = 'owner' | 'shared'

const cutReply: Reply = { status: 0, cut: true }

/** Lets a request in, or answers why not. `/identity` needs no token, but even it is refused during maintenance. */
export function gate(request: RequestRecord, settings: GateSettings): Access | Reply {
  const line = request.method.length + request.path.length + request.query.length + 11
  if (settings.secureConnections === 'required') return cutReply
  if (line > settings.maxRequestLine)
    return settings.tooLongStatus === 'cut' ? cutReply : errorReply(settings.tooLongStatus)
  if (settings.mode === 'maintenance') return maintenanceReply()
  const access = readAccess(request, settings)
  if (access === null) return request.path === '/identity' ? 'shared' : errorReply(401)
  if (settings.tokenState === 'expired' && request.path !== '/identity') return errorReply(498)
  if (settings.mode === 'settling' && request.method !== 'GET' && request.method !== 'HEAD') return startingReply()
  return access
}

function readAccess(request: RequestRecord, settings: GateSettings): Access | null {
  const header = request.headers['x-plex-token']
  const token = (Array.isArray(header) ? header[0] : header) ?? request.params.get('X-Plex-Token')
  if (token === undefined || token === '')
    return !settings.claimed && isLocalHost(request.headers.host) ? 'owner' : null
  if (token === settings.token) return 'owner'
  return settings.sharedToken !== null && token === settings.sharedToken ? 'shared' : null
}

/** A name that the server does not know makes a request non-local: its protection against DNS rebinding. */
function isLocalHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.plex.direct')
}

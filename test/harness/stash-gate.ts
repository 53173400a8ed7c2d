import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'
import { minorVersion, type StashVersion } from './stash-schema.ts'

export interface StashGateSettings {
  version: StashVersion
  /** Null: no password is set, and a request that brings a key all the same is refused. */
  apiKey: string | null
  username: string
  password: string
  /** Reached from a public address without a password: everything is refused. */
  tripwire: boolean
  /** The value of the session cookie after a login. */
  session: string
}

/** Lets a request in (null) or answers why not. */
export function stashGate(request: RequestRecord, settings: StashGateSettings): Reply | null {
  if (request.path === '/healthz') return null
  if (settings.tripwire) {
    return {
      status: 403,
      headers: plain,
      body: 'Stash is exposed to the public internet without password. Access denied.',
    }
  }
  const header = request.headers.apikey
  const key = (Array.isArray(header) ? header[0] : header) ?? request.params.get('apikey')
  if (key !== undefined && key !== '') return key === settings.apiKey ? null : wrongKey(settings)
  if (settings.apiKey === null || request.path === '/login' || hasSession(request, settings)) return null
  const { path } = request
  if (path === '/graphql' || /\.[a-z0-9]+$/i.test(path)) return unauthorised()
  return { status: 302, headers: { Location: `/login?returnURL=${encodeURIComponent(path)}` } }
}

const plain = { 'Content-Type': 'text/plain; charset=utf-8' }

function unauthorised(): Reply {
  return { status: 401, headers: { 'WWW-Authenticate': 'FormBased' } }
}

/** Up to 0.25 a wrong key was an internal error. */
function wrongKey(settings: StashGateSettings): Reply {
  if (minorVersion(settings.version) > 25) return unauthorised()
  return { status: 500, headers: plain, body: 'unauthorized\n' }
}

function hasSession(request: RequestRecord, settings: StashGateSettings): boolean {
  return (request.headers.cookie ?? '').split(/;\s*/).includes(`session=${settings.session}`)
}

/** `/login`: the form, or its response. */
export function login(request: RequestRecord, body: string, settings: StashGateSettings): Reply {
  const html = { 'Content-Type': 'text/html; charset=utf-8' }
  const page = '<!DOCTYPE html><html><head><title>Login</title></head><body><form method="post"></form></body></html>'
  if (request.method !== 'POST') return { status: 200, headers: html, body: page }
  const form = new URLSearchParams(body)
  if (form.get('username') !== settings.username || form.get('password') !== settings.password) {
    return { status: 200, headers: html, body: page.replace('<form', '<p>Username or password is invalid</p><form') }
  }
  return { status: 302, headers: { Location: '/', 'Set-Cookie': `session=${settings.session}; Path=/; HttpOnly` } }
}

/**
 * The app's own scheme: `plexsync://app/` is the built window, `plexsync://notice/` the plain pages. Nothing is ever
 * loaded from `file:` or from the network, and each response carries its content security policy.
 */
import type { CustomScheme } from 'electron'
import { picturesPath } from '../../shared/pictures.ts'
import type { Engine } from '../engine/engine.ts'
import { respondWithPicture } from '../host/picture-response.ts'
import { readAsset } from '../host/static-files.ts'
import { noticePolicy } from './notice-page.ts'

const scheme = 'plexsync'
export const windowUrl = `${scheme}://app/`
export const noticeUrl = `${scheme}://notice/`

/** Must be given to Electron before it is ready. Standard and secure: the page gets a separate origin. */
export const schemePrivileges: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
}

/** The window talks over IPC only: it has nothing to connect to. */
const windowPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Whether an address is a page of the built window. */
export function isWindowPage(address: string): boolean {
  return hostOf(address) === 'app'
}

export function isNoticePage(address: string): boolean {
  return hostOf(address) === 'notice'
}

function hostOf(address: string): string | null {
  const url = URL.parse(address)
  return url?.protocol === `${scheme}:` && url.port === '' && url.username === '' ? url.host : null
}

/** Answers a request on our scheme. `notice` gives the HTML of a plain page by its path; null if there is none. */
export function createSchemeHandler(
  notice: (path: string) => string | null,
  picture: Engine['picture'],
): (request: Pick<Request, 'url' | 'method' | 'headers' | 'signal'>) => Promise<Response> {
  return async ({ url, method, headers, signal }) => {
    const parsed = URL.parse(url)
    if (parsed === null || method !== 'GET') return respond(405, 'Method not allowed', 'text/plain', noticePolicy)
    if (isNoticePage(url)) {
      const html = notice(parsed.pathname)
      if (html !== null) return respond(200, html, 'text/html; charset=utf-8', noticePolicy)
    }
    if (isWindowPage(url) && parsed.pathname.startsWith(picturesPath)) {
      const found = await respondWithPicture(picture, parsed, headers.get('if-none-match'), signal)
      return new Response(found.bytes, { status: found.status, headers: found.headers })
    }
    const asset = isWindowPage(url) ? await readAsset(parsed.pathname) : null
    if (asset === null) return respond(404, 'Not found', 'text/plain', noticePolicy)
    return respond(200, asset.bytes, asset.type, windowPolicy)
  }
}

function respond(
  status: number,
  body: ConstructorParameters<typeof Response>[0],
  type: string,
  policy: string,
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    },
  })
}

import type { PlexServer } from './plex-server.ts'
import type { StashServer } from './stash-server.ts'

/** A response with its body read. */
export interface TestResponse {
  status: number
  headers: Headers
  text: string
  /** The parsed body, or null if it is not JSON. */
  json: unknown
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Null: without a token. */
  token?: string | null
}

/** A plain request to the simulated Plex, with its token and asking for JSON unless asked otherwise. */
export async function askPlex(plex: PlexServer, path: string, asked: Asked = {}): Promise<TestResponse> {
  const token = asked.token === undefined ? plex.token : asked.token
  const headers = { Accept: 'application/json', ...(token !== null && { 'X-Plex-Token': token }), ...asked.headers }
  return read(await fetch(`${plex.url}${path}`, init(asked, headers)))
}

/** Puts an edit: the parameters in order, encoded. */
export function editPlex(plex: PlexServer, path: string, parameters: Record<string, string>): Promise<TestResponse> {
  const query = Object.entries(parameters).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return askPlex(plex, `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`, { method: 'PUT' })
}

/** A GraphQL request to the simulated Stash with its key. */
export async function askStash(
  stash: StashServer,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<TestResponse> {
  const key: Record<string, string> = stash.apiKey ? { ApiKey: stash.apiKey } : {}
  const all = { 'Content-Type': 'application/json', Accept: 'application/json', ...key, ...headers }
  const body = JSON.stringify({ query, variables })
  return read(await fetch(`${stash.url}/graphql`, { method: 'POST', headers: all, body }))
}

/** A GET at the simulated Stash that does not follow redirects. */
export async function getStash(
  stash: StashServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<TestResponse> {
  return read(await fetch(`${stash.url}${path}`, { headers, redirect: 'manual' }))
}

/** What a path of names and positions leads to in a response; undefined if it ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<string | number, unknown> | null | undefined)?.[step],
    value,
  )
}

function init(asked: Asked, headers: Record<string, string>): RequestInit {
  return {
    method: asked.method ?? 'GET',
    headers,
    redirect: 'manual',
    ...(asked.body !== undefined && { body: asked.body as NonNullable<RequestInit['body']> }),
  }
}

async function read(response: Response): Promise<TestResponse> {
  const text = await response.text()
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    // Not JSON: the caller looks at the text.
  }
  return { status: response.status, headers: response.headers, text, json }
}

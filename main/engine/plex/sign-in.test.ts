import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  quickTimeouts,
  sendHtml,
  sendJson,
  startTestServer,
  type TestServer,
  testClock,
} from '../http/server.fixture.ts'
import { addressCandidates } from './address-trial.ts'
import { createPlexSignIn, type PlexSignIn } from './sign-in.ts'

const accountToken = 'account-token-1'
let plexTv: TestServer
let signIn: PlexSignIn

beforeEach(async () => {
  plexTv = await startTestServer()
  signIn = createPlexSignIn({
    clientIdentifier: 'install-1',
    version: '1.2.3',
    clock: testClock(1_000_000),
    timeouts: () => quickTimeouts,
    endpoints: { plexTv: plexTv.url, clients: plexTv.url },
  })
})
afterEach(async () => {
  signIn.close()
  await plexTv.close()
})

describe('the PIN', () => {
  it('is made for this installation and approved in the browser', async () => {
    plexTv.handler = (_request, response) =>
      sendJson(response, { id: 42, code: 'a b&c', expiresIn: 1800, authToken: null }, 201)
    const pin = await signIn.startPin()
    expect(pin).toEqual({
      ok: true,
      value: {
        id: 42,
        code: 'a b&c',
        url: 'https://app.plex.tv/auth#?clientID=install-1&code=a%20b%26c&context%5Bdevice%5D%5Bproduct%5D=PlexSync',
        expiresAt: 1_000_000 + 1_800_000,
      },
    })
    expect(plexTv.seen[0]).toMatchObject({ method: 'POST', target: '/api/v2/pins?strong=true' })
    expect(plexTv.seen[0]?.headers).toMatchObject({
      'x-plex-client-identifier': 'install-1',
      'x-plex-product': 'PlexSync',
    })
  })

  it('waits, is approved, or has expired', async () => {
    plexTv.handler = (_request, response) => sendJson(response, { id: 42, authToken: null })
    expect(await signIn.pollPin(42)).toEqual({ ok: true, value: { state: 'waiting' } })
    plexTv.handler = (_request, response) => sendJson(response, { id: 42, authToken: accountToken })
    expect(await signIn.pollPin(42)).toEqual({ ok: true, value: { state: 'approved', token: accountToken } })
    plexTv.handler = (_request, response) => sendJson(response, { errors: [{ code: 1020 }] }, 404)
    expect(await signIn.pollPin(42)).toEqual({ ok: true, value: { state: 'expired' } })
    expect(plexTv.seen[0]).toMatchObject({ method: 'GET', target: '/api/v2/pins/42' })
  })

  it('waits longer where plex.tv asks for patience, and fails where plex.tv does', async () => {
    plexTv.handler = (_request, response) => response.writeHead(429, { 'Retry-After': '9' }).end()
    expect(await signIn.pollPin(42)).toEqual({ ok: true, value: { state: 'waiting', retryAfterMs: 9000 } })
    plexTv.handler = (_request, response) => response.writeHead(502).end()
    expect(await signIn.pollPin(42)).toMatchObject({ ok: false, fault: { code: 'server_error' } })
  })
})

it('the account is known by its token; 401, 498 (expired) and 422 (none at all) say that the token is bad', async () => {
  plexTv.handler = (_request, response) => sendJson(response, { id: 1, username: 'someone' })
  expect(await signIn.account(accountToken)).toEqual({ ok: true, value: { name: 'someone' } })
  expect(plexTv.seen[0]?.headers['x-plex-token']).toBe(accountToken)
  for (const status of [401, 422, 498]) {
    plexTv.handler = (_request, response) => sendJson(response, {}, status)
    expect(await signIn.account(accountToken)).toMatchObject({ ok: false, fault: { code: 'token_refused', status } })
  }
  plexTv.handler = (_request, response) => response.writeHead(500).end()
  expect(await signIn.account(accountToken)).toMatchObject({ ok: false, fault: { code: 'server_error' } })
})

describe('the servers', () => {
  const connection = (uri: string, more: object = {}) => ({
    protocol: uri.startsWith('https') ? 'https' : 'http',
    address: '192.168.1.10',
    port: 32400,
    uri,
    local: true,
    relay: false,
    IPv6: false,
    ...more,
  })
  const resource = (connections: object[]) => ({
    name: 'Attic',
    product: 'Plex Media Server',
    productVersion: '1.43.0',
    clientIdentifier: 'machine-1',
    provides: 'server,player',
    owned: true,
    accessToken: 'server-token-1',
    httpsRequired: false,
    connections,
  })

  it('come with their own token, all addresses tried without any token, the best one named', async () => {
    const machine = await startTestServer((request, response) => {
      if (request.path === '/other/identity')
        sendJson(response, { MediaContainer: { machineIdentifier: 'a stranger' } })
      else if (request.path === '/broken/identity') sendHtml(response, 503, 'Maintenance')
      else sendJson(response, { MediaContainer: { machineIdentifier: 'machine-1', version: '1.43.0' } })
    })
    plexTv.handler = (_request, response) =>
      sendJson(response, [
        resource([
          connection(`${machine.url}/relay`, { relay: true, local: true }),
          connection(`${machine.url}/other`),
          connection(`${machine.url}/broken`),
          connection(`${machine.url}/home`),
        ]),
        { ...resource([]), provides: 'client', clientIdentifier: 'phone' },
        { ...resource([]), name: 'Shared', clientIdentifier: 'machine-2', owned: false },
      ])
    const result = await signIn.servers(accountToken)
    if (!result.ok) throw new Error(result.fault.message)
    expect(result.value.map(({ accessToken, choice }) => [choice.name, choice.owned, accessToken])).toEqual([
      ['Attic', true, 'server-token-1'],
      ['Shared', false, 'server-token-1'],
    ])
    const choice = result.value[0]?.choice
    expect(choice?.addresses.map(({ uri, reachable }) => [uri.replace(machine.url, ''), reachable])).toEqual([
      ['/other', false],
      ['/broken', false],
      ['/home', true],
      ['/relay', true],
    ])
    expect(choice?.best).toBe(`${machine.url}/home`)
    expect(result.value[1]?.choice.best).toBeNull()
    for (const { headers } of machine.seen) expect(JSON.stringify(headers)).not.toContain('token')
    expect(plexTv.seen[0]?.target).toBe('/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1')
    await machine.close()
  })

  it('are tried local before remote, TLS before plain, and remote ones never without TLS', () => {
    const connections = [
      connection('https://1-2-3-4.hash.plex.direct:8443', { relay: true, local: false }),
      connection('https://5-6-7-8.hash.plex.direct:32400', { local: false, address: '5.6.7.8' }),
      connection('http://5.6.7.8:32400', { local: false, address: '5.6.7.8' }),
      connection('https://192-168-1-10.hash.plex.direct:32400'),
      connection('https://fd00--1.hash.plex.direct:32400', { address: 'fd00::1' }),
      connection('not an address'),
    ]
    expect(addressCandidates(connections, false).map(({ uri }) => uri)).toEqual([
      'https://192-168-1-10.hash.plex.direct:32400',
      'https://fd00--1.hash.plex.direct:32400',
      'http://192.168.1.10:32400',
      'http://[fd00::1]:32400',
      'https://5-6-7-8.hash.plex.direct:32400',
      'https://1-2-3-4.hash.plex.direct:8443',
    ])
    expect(addressCandidates(connections, true).every(({ uri }) => uri.startsWith('https:'))).toBe(true)
  })
})

import { expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { startPlexServer } from './plex-server.ts'
import { startPlexTvServer } from './plex-tv-server.ts'
import { at } from './test-requests.ts'

const client = { Accept: 'application/json', 'X-Plex-Client-Identifier': 'client-1', 'X-Plex-Product': 'Test' }

async function ask(url: string, method = 'GET', headers: Record<string, string> = client) {
  const response = await fetch(url, { method, headers })
  return { status: response.status, json: (await response.json()) as unknown }
}

test('a pin is polled until the user approves it, and gives the account’s token', async () => {
  await using tv = await startPlexTvServer()
  const made = await ask(`${tv.url}/api/v2/pins?strong=true`, 'POST')
  const [id, code] = [at(made.json, 'id'), String(at(made.json, 'code'))]
  expect([made.status, at(made.json, 'authToken')]).toEqual([201, null])
  const poll = () => ask(`${tv.url}/api/v2/pins/${id}`)
  expect(at((await poll()).json, 'authToken')).toBeNull()
  expect(tv.openCodes).toEqual([code])
  tv.approve(code)
  expect(at((await poll()).json, 'authToken')).toBe(tv.accountToken)
  const other = { ...client, 'X-Plex-Client-Identifier': 'client-2' }
  expect((await ask(`${tv.url}/api/v2/pins/${id}`, 'GET', other)).status).toBe(404)
  expect((await ask(`${tv.url}/api/v2/pins`, 'POST', { Accept: 'application/json' })).status).toBe(400)
})

test('a pin expires by the clock, and polling too fast is 429', async () => {
  const clock = new ManualClock()
  await using tv = await startPlexTvServer({ clock, pinSeconds: 900, minimumPollMs: 1000 })
  const made = await ask(`${tv.url}/api/v2/pins?strong=true`, 'POST')
  const poll = () => ask(`${tv.url}/api/v2/pins/${at(made.json, 'id')}`)
  expect((await poll()).status).toBe(200)
  const fast = await poll()
  expect([fast.status, at(fast.json, 'errors', 0, 'code')]).toEqual([429, 1003])
  await clock.advance(1000)
  expect((await poll()).status).toBe(200)
  await clock.advance(900_000)
  expect((await poll()).status).toBe(404)
})

test('the account and its servers, each with a separate token', async () => {
  await using tv = await startPlexTvServer()
  await using plex = await startPlexServer()
  tv.addServer(plex, [
    { uri: 'http://192.0.2.1:32400', address: '192.0.2.1', port: 32400, protocol: 'http', local: true, relay: false },
  ])
  const account = { ...client, 'X-Plex-Token': tv.accountToken }
  expect((await ask(`${tv.url}/api/v2/user`)).status).toBe(401)
  expect((await ask(`${tv.url}/api/v2/user`, 'GET', account)).status).toBe(200)
  const list = await ask(`${tv.url}/api/v2/resources?includeHttps=1&includeRelay=1`, 'GET', account)
  const servers = (list.json as { provides: string }[]).filter((one) => one.provides.includes('server'))
  expect(servers).toMatchObject([
    { accessToken: plex.token, connections: [{ address: '192.0.2.1' }, { uri: plex.url }] },
  ])
})

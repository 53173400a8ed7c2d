import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { type Asked, askPlex, at } from './test-requests.ts'

const start = Date.parse('2026-03-01T20:00:00Z') / 1000
let plex: PlexServer
let clock: ManualClock
let keys: number[]

beforeEach(async () => {
  clock = new ManualClock(start * 1000)
  plex = await startPlexServer({ clock, sharedToken: 'shared-token-0001' })
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  plex.library.addSection({ title: 'Clips', locations: ['/clips'] })
  keys = [
    plex.library.addItem({ section: 1, file: '/media/a.mp4' }).ratingKey,
    plex.library.addItem({ section: 2, file: '/clips/b.mp4' }).ratingKey,
  ]
  plex.playback.accounts.set(7, 'Guest')
})
afterEach(() => plex.close())

async function rows(query = '', asked: Asked = {}): Promise<Record<string, unknown>[]> {
  const response = await askPlex(plex, `/status/sessions/history/all?${query}`, asked)
  return (at(response.json, 'MediaContainer', 'Metadata') ?? []) as Record<string, unknown>[]
}

test('a watched item leaves a row without progress, and the owner’s count and date on the item', async () => {
  plex.playback.watch(keys[0] ?? 0)
  expect(await rows()).toEqual([
    expect.objectContaining({
      historyKey: '/status/sessions/history/1',
      ratingKey: String(keys[0]),
      librarySectionID: '1',
      viewedAt: start,
      accountID: 1,
    }),
  ])
  expect(plex.library.item(keys[0] ?? 0)).toMatchObject({ viewCount: 1, lastViewedAt: start })
})

test('filters by moment, account, library and item; sorted and paged', async () => {
  plex.playback.watch(keys[0] ?? 0)
  plex.playback.watch(keys[1] ?? 0, { viewedAt: start - 100, accountId: 7 })
  expect(await rows(`viewedAt>=${start - 50}`)).toHaveLength(1)
  expect(await rows(`viewedAt%3E=${start - 100}`)).toHaveLength(2)
  expect(await rows('accountID=7')).toMatchObject([{ accountID: 7 }])
  expect(await rows('librarySectionID=2')).toMatchObject([{ librarySectionID: '2' }])
  expect(await rows(`metadataItemID=${keys[0]}`)).toMatchObject([{ ratingKey: String(keys[0]) }])
  const sorted = await rows('sort=viewedAt:asc', {
    headers: { 'X-Plex-Container-Start': '1', 'X-Plex-Container-Size': '1' },
  })
  expect(sorted).toMatchObject([{ viewedAt: start }])
})

test('another account’s play changes nothing on the owner’s item; a shared user does not see the owner’s rows', async () => {
  plex.playback.watch(keys[0] ?? 0, { accountId: 7 })
  plex.playback.watch(keys[1] ?? 0)
  expect(plex.library.item(keys[0] ?? 0).viewCount).toBe(0)
  expect(await rows('', { token: 'shared-token-0001' })).toMatchObject([{ accountID: 7 }])
})

test('a row outlives its item and then has no key', async () => {
  plex.playback.watch(keys[0] ?? 0)
  plex.library.removeItem(keys[0] ?? 0)
  const [row] = await rows()
  expect(row).not.toHaveProperty('ratingKey')
  expect(row?.title).toBe('a')
})

test('a mark by hand raises the count and writes no row', async () => {
  const response = await askPlex(plex, `/:/scrobble?identifier=com.plexapp.plugins.library&key=${keys[0]}`, {
    method: 'PUT',
  })
  expect(response.status).toBe(200)
  expect(plex.library.item(keys[0] ?? 0).viewCount).toBe(1)
  expect(await rows()).toEqual([])
})

test('one row can be read and deleted, an unknown one is 404', async () => {
  plex.playback.watch(keys[0] ?? 0)
  expect((await askPlex(plex, '/status/sessions/history/1')).status).toBe(200)
  expect((await askPlex(plex, '/status/sessions/history/1', { method: 'DELETE' })).status).toBe(200)
  expect((await askPlex(plex, '/status/sessions/history/1')).status).toBe(404)
})

test('the accounts have names, the first belongs to no user', async () => {
  const response = await askPlex(plex, '/accounts')
  expect(at(response.json, 'MediaContainer', 'Account')).toMatchObject([
    { id: 0, name: '' },
    { id: 1, name: 'Owner' },
    { id: 7, name: 'Guest' },
  ])
})

test('a stopped session is announced without saying whose it is', async () => {
  const socket = new WebSocket(
    `${plex.url.replace('http', 'ws')}/:/websockets/notifications?X-Plex-Token=${plex.token}`,
  )
  await new Promise((open) => socket.addEventListener('open', open, { once: true }))
  const received = new Promise<unknown>((resolve) =>
    socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
  )
  plex.playback.stopAt(keys[0] ?? 0, 120_000)
  expect(await received).toMatchObject({
    NotificationContainer: {
      type: 'playing',
      PlaySessionStateNotification: [{ ratingKey: String(keys[0]), viewOffset: 120_000, state: 'stopped' }],
    },
  })
  socket.close()
})

test('responses carry the server’s own time', async () => {
  const { headers } = await askPlex(plex, '/identity')
  expect(Date.parse(headers.get('date') ?? '')).toBe(start * 1000)
})

import { expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { startPlexServer } from './plex-server.ts'
import { askPlex, at } from './test-requests.ts'

test('a scan finds what is on the disk below the folder, and is silent about a wrong one', async () => {
  await using plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  plex.scans.putOnDisk('/media/a/one.mp4')
  plex.scans.putOnDisk('/media/ab/two.mp4')
  const scan = (path: string) => askPlex(plex, `/library/sections/1/refresh?path=${encodeURIComponent(path)}`)
  for (const path of ['/nowhere', '/media/a/one.mp4']) expect((await scan(path)).status).toBe(200)
  expect(plex.library.items.size).toBe(0)
  await scan('/media/a')
  expect(plex.library.itemsByFile('/media/a/one.mp4')).toHaveLength(1)
  expect(plex.library.items.size).toBe(1)
  await askPlex(plex, '/library/sections/all/refresh')
  expect(plex.library.items.size).toBe(2)
  expect(plex.scans.requested.map(({ path }) => path)).toEqual(['/nowhere', '/media/a/one.mp4', '/media/a', null])
})

test('refreshing ends before the items are there', async () => {
  const clock = new ManualClock()
  await using plex = await startPlexServer({ clock, scanMs: 60_000 })
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  plex.scans.putOnDisk('/media/one.mp4')
  const section = async () => at((await askPlex(plex, '/library/sections')).json, 'MediaContainer', 'Directory', 0)
  const running = async () => at((await askPlex(plex, '/activities')).json, 'MediaContainer', 'size')
  await askPlex(plex, '/library/sections/1/refresh')
  expect([at(await section(), 'refreshing'), await running()]).toEqual([true, 2])
  await clock.advance(31_000)
  expect([at(await section(), 'refreshing'), await running(), plex.library.items.size]).toEqual([false, 2, 0])
  const scannedAt = at(await section(), 'scannedAt')
  await clock.advance(30_000)
  expect([plex.library.items.size, await running()]).toEqual([1, 1])
  expect(at(await section(), 'scannedAt')).toBeGreaterThan(Number(scannedAt))
})

test('the trash stays listed until it is emptied', async () => {
  await using plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const { ratingKey } = plex.library.addItem({ section: 1, file: '/media/a.mp4' })
  plex.library.trashItem(ratingKey)
  expect(plex.library.items.size).toBe(1)
  await askPlex(plex, '/library/sections/1/emptyTrash', { method: 'PUT' })
  expect(plex.library.items.size).toBe(0)
})

test('events come by stream and by web socket', async () => {
  await using plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const stream = await fetch(`${plex.url}/:/eventsource/notifications`, { headers: { 'X-Plex-Token': plex.token } })
  const reader = stream.body?.getReader()
  await reader?.read()
  const socket = new WebSocket(
    `${plex.url.replace('http', 'ws')}/:/websockets/notifications?X-Plex-Token=${plex.token}`,
  )
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  const message = new Promise<MessageEvent>((resolve) => socket.addEventListener('message', resolve, { once: true }))
  plex.library.addItem({ section: 1, file: '/media/a.mp4' })
  expect(JSON.parse(String((await message).data))).toMatchObject({
    NotificationContainer: { type: 'timeline', TimelineEntry: [{ itemID: '1001', sectionID: '1', state: 0 }] },
  })
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('event: timeline')
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }))
  await plex.close()
  await closed
})

import { afterEach, expect, it } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/settings.ts'
import { systemClock } from '../ports.ts'
import { Authenticator } from './authentication.ts'
import { HookReceiver } from './hook-receiver.ts'
import { HookStorage } from './hook-storage.ts'

const token = 'a-token-for-this-test'
let settings: Settings = { ...defaultSettings(), webhook_port: 0 }
const seen: string[] = []
const receiver = new HookReceiver({
  settings: { settings: () => settings, ofLibraries: () => [] },
  authenticator: new Authenticator({ hookToken: () => token }, systemClock),
  storage: new HookStorage({
    jobs: {
      inTransaction: (work) => work(),
      enqueueMany: (jobs) => jobs.map(() => 'queued'),
      dropWaiting: () => false,
    },
    webhookIds: { remember: (ids) => ids.map(() => true) },
    sceneDestroyed: () => {},
  }),
  clock: systemClock,
  logger: { log: () => {} },
})
receiver.onTaken(({ type }) => seen.push(type))

afterEach(() => receiver.close())

async function post(body: object): Promise<number> {
  const response = await fetch(receiver.url ?? '', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ApiKey: token },
    body: JSON.stringify(body),
  })
  await response.arrayBuffer()
  return response.status
}

it('moves with the settings and still receives', async () => {
  await receiver.open()
  const before = receiver.url
  expect(await post({ type: 'Scene.Update.Post', id: 1 })).toBe(202)
  settings = { ...settings, webhook_host: 'localhost' }
  await receiver.move()
  expect(receiver.url).not.toBe(before)
  expect(await post({ type: 'Scene.Update.Post', id: 2 })).toBe(202)
  expect(seen).toEqual(['Scene.Update.Post', 'Scene.Update.Post'])
})

it('does not count a connection test as a hook', async () => {
  await receiver.open()
  const before = receiver.lastHookAt
  expect(await post({ type: 'ping' })).toBe(202)
  expect(receiver.lastHookAt).toBe(before)
})

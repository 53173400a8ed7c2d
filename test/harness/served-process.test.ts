import { expect, test } from 'vitest'
import { startServedProcess } from './served-process.ts'

test('the servers run in a separate process and obey commands', async () => {
  await using served = await startServedProcess({ scenes: 12, stash: { version: '0.28' } })
  expect(served.scenes).toBe(12)
  const identity = await fetch(`${served.plexUrl}/identity`)
  expect(identity.status).toBe(200)
  await served.command('fault', {
    server: 'plex',
    rule: { path: '/^\\/identity$/', times: 1, fault: { kind: 'status', status: 503 } },
  })
  expect((await fetch(`${served.plexUrl}/identity`)).status).toBe(503)
  expect(await served.command('counts')).toMatchObject({ plex: { total: 2 }, stash: { total: 0 } })
  const hooks = await served.command('stashAction', { name: 'updateScene', args: [1, { title: 'New' }] })
  expect(hooks).toMatchObject([{ type: 'Scene.Update.Post', id: 1 }])
  await served.command('down', { server: 'plex' })
  await expect(fetch(`${served.plexUrl}/identity`)).rejects.toThrow()
  await served.command('up', { server: 'plex' })
  expect((await fetch(`${served.plexUrl}/identity`)).status).toBe(200)
  expect(await served.command('check')).toMatchObject({ wanted: expect.any(Number) })
  await expect(served.command('nonsense')).rejects.toThrow('no command nonsense')
})

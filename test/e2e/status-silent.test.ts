/** A look at the state does not wait for a server that accepts a connection and then says nothing. */
import { expect, it } from 'vitest'
import { describe as described } from '../../main/headless/verbs/status.ts'
import { startTestEngine } from './test-engine.ts'

it('waits five seconds for it, and says so', async () => {
  await using app = await startTestEngine({ started: false })
  app.stash.faults.add({ fault: { kind: 'hang' } })
  const asked = app.call('getStatus')
  await app.pass(5_000)
  const status = await asked
  expect(status.stash).toMatchObject({ reachable: false, silent_seconds: 5 })
  expect(status.plex).toMatchObject({ reachable: true })
  expect(status.plex).not.toHaveProperty('silent_seconds')
  expect(described(status)).toMatch(/Stash +no answer within 5 s, circuit closed/)

  app.stash.faults.clear()
  const later = await app.call('getStatus')
  expect(later.stash).toMatchObject({ reachable: true })
  expect(later.stash).not.toHaveProperty('silent_seconds')
})

it('waits for both at the same time', async () => {
  await using app = await startTestEngine({ started: false })
  for (const server of [app.plex, app.stash]) server.faults.add({ fault: { kind: 'hang' } })
  const before = app.clock.now()
  const asked = app.call('getStatus')
  await app.pass(5_000)
  const { plex, stash } = await asked
  expect([plex.silent_seconds, stash.silent_seconds]).toEqual([5, 5])
  expect(app.clock.now() - before).toBe(5_000)
})

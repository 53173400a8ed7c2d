/**
 * What a day costs the two servers at 40,000 scenes, counted by them: the look at Plex every five minutes, the daily
 * comparison, the websockets, and what changed scenes cost beside it. The change probe costs the same whatever the library's
 * size, so its ten thousand requests are counted on a small one.
 */
import { expect, it } from 'vitest'
import { addPair, startTestEngine, type TestEngine } from './test-engine.ts'

const hour = 3_600_000
const scenes = 40_000
/** Scenes that one edit changes, as people select a page of them; and such edits, an hour apart. */
const perEdit = 100
const edits = 5

/** Both libraries, and every item as its scene is written. */
function fill(app: TestEngine): number[] {
  return Array.from({ length: scenes }, (_, at) => {
    const key = addPair(app.plex, app.stash, at + 1)
    app.plex.library.editByPerson(key, {
      text: {
        title: `Scene ${at + 1}`,
        summary: `About scene ${at + 1}`,
        studio: 'Studio',
        originallyAvailableAt: '2024-05-06',
      },
      tags: { actor: ['Ann Lee'], genre: ['one', 'two'], collection: ['Studio'] },
      lock: false,
    })
    return key
  })
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0)

/** Passes hours one by one, and lets go of the log of requests, which keeps each with its body. */
async function passHours(app: TestEngine, hours: number, each: (at: number) => void = () => {}) {
  const total: Record<'plex' | 'stash', Record<string, number>> = { plex: {}, stash: {} }
  for (let at = 0; at < hours; at += 1) {
    app.plex.requests.reset()
    app.stash.requests.reset()
    each(at)
    await app.pass(hour)
    for (const server of ['plex', 'stash'] as const)
      for (const [label, count] of Object.entries(app[server].requests.counts()))
        total[server][label] = (total[server][label] ?? 0) + count
  }
  return total
}

it('at 40,000 scenes: a day without changes, and edits of a hundred scenes each', {
  timeout: 30 * 60_000,
}, async () => {
  await using app = await startTestEngine({
    scenes: 0,
    started: false,
    settings: { stash_poll_seconds: 3600, reconcile_interval: 'daily', poll_interval: 60 },
  })
  const keys = fill(app)
  await app.start()
  // The first comparison knows nothing yet; from then on both sides are known.
  await app.pass(25 * hour)
  expect((await app.call('getReconcile')).run).toMatchObject({ state: 'done', scenes_checked: scenes, enqueued: 0 })
  const first = (await app.call('getReconcile')).run?.id

  const day = await passHours(app, 24)
  const { run } = await app.call('getReconcile')
  expect(run?.id).not.toBe(first)
  const comparison = (run?.requests.plex ?? 0) + (run?.requests.stash ?? 0)
  expect(comparison).toBeGreaterThan(80)
  expect(comparison).toBeLessThanOrEqual(150)
  expect(day.plex.edit ?? 0).toBe(0)
  expect(sum(day.plex)).toBeGreaterThan(288)
  expect(sum(day.plex)).toBeLessThanOrEqual(400)
  // The probe is asked once an hour here, which is counted by the other test.
  expect(sum(day.stash)).toBeLessThanOrEqual(24 + 100)

  // No hook tells of them.
  const busy = await passHours(app, edits, (at) => {
    for (let one = 1; one <= perEdit; one += 1) app.stash.actions.autoTag(at * perEdit + one, { studio: `New ${at}` })
  })
  const arrived = keys.filter((key) => app.plex.library.item(key).text.studio?.startsWith('New'))
  expect(arrived).toHaveLength(edits * perEdit)
  expect(busy.plex.edit).toBe(arrived.length)
  const looks = edits * 12
  expect((sum(busy.plex) - looks) / arrived.length).toBeLessThanOrEqual(1.1)
})

it('the change probe every ten seconds: a day of a small library', { timeout: 20 * 60_000 }, async () => {
  await using app = await startTestEngine({
    settings: { stash_poll_seconds: 10, reconcile_interval: 'daily', poll_interval: 60 },
  })
  await app.hookAll(3)
  await app.settled()
  await app.pass(hour)
  const day = await passHours(app, 24)
  const probes = Object.entries(day.stash).reduce((all, [label, count]) => (label.includes('+') ? all + count : all), 0)
  expect(probes).toBeGreaterThan(8_600)
  expect(probes).toBeLessThanOrEqual(8_641)
  expect(sum(day.stash) - probes).toBeLessThanOrEqual(20)
  expect(sum(day.plex)).toBeLessThanOrEqual(300)
  expect(day.plex.edit ?? 0).toBe(0)
})

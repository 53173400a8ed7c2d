/**
 * What a day costs the two servers at 40,000 scenes, counted by them. What does not depend on the size of a library (the
 * look at Plex every five minutes, the change probe) is counted on three scenes; what does (the daily comparison) on two
 * libraries of which one is two pages larger: what differs is the price of a page. The comparison of 40,000 itself is
 * measured by row 10a of the benchmarks.
 */
import { expect, it } from 'vitest'
import * as z from 'zod'
import { addPair, startTestEngine, type TestEngine } from './test-engine.ts'

const minute = 60_000
const hour = 60 * minute
const household = 40_000
/** Rows that a page of Plex has. */
const page = 500
/** Rows that a page of Stash has where stamps are read. */
const stampPage = 8_000

type Counts = Record<'plex' | 'stash', number>

const variablesSchema = z.object({ variables: z.object({ filter: z.object({ per_page: z.number() }) }) })

function forget({ plex, stash }: TestEngine): void {
  plex.requests.reset()
  stash.requests.reset()
}

/** Passes hours one by one, and lets go of the log of requests, which keeps each with its body. */
async function passHours(app: TestEngine, hours: number): Promise<Counts> {
  const total = { plex: 0, stash: 0 }
  for (let at = 0; at < hours; at += 1) {
    forget(app)
    await app.pass(hour)
    total.plex += app.plex.requests.total
    total.stash += app.stash.requests.total
    expect(app.plex.requests.count({ label: 'edit' })).toBe(0)
  }
  return total
}

/** A library in which every item is as its scene is written, compared twice: the second time both sides are known. */
async function comparedLibrary(scenes: number) {
  const app = await startTestEngine({ scenes: 0, started: false })
  const keys = Array.from({ length: scenes }, (_, at) => {
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
  await app.start()
  // A stamp of the last seconds proves nothing, so such a scene is not kept.
  await app.pass(minute)
  await compare(app, scenes)
  return { app, keys, comparison: await compare(app, scenes) }
}

/** Compares all, with nothing to write, and shows what that asked of each server. */
async function compare(app: TestEngine, scenes: number): Promise<Counts> {
  forget(app)
  await app.work('startReconcile', { scope: 'all' })
  await app.until(async () => (await app.call('getReconcile')).run?.state === 'done')
  const { run } = await app.call('getReconcile')
  expect(run).toMatchObject({ scenes_checked: scenes, enqueued: 0 })
  expect(app.writes()).toBe(0)
  return run?.requests ?? { plex: 0, stash: 0 }
}

/** How many scenes each page asks Stash for, of those that were read in pages. */
function pagesOfStash({ stash }: TestEngine): number[] {
  return stash.requests.all.flatMap(({ body }) => {
    const { data } = variablesSchema.safeParse(JSON.parse(body))
    return data === undefined || data.variables.filter.per_page < 2 ? [] : [data.variables.filter.per_page]
  })
}

it('a day without changes: a look at Plex every five minutes, and one comparison', async () => {
  await using app = await startTestEngine({ settings: { reconcile_interval: 'daily', poll_interval: 60 } })
  await app.hookAll(3)
  await app.settled()
  await app.pass(hour)

  const day = await passHours(app, 24)
  const { run } = await app.call('getReconcile')
  expect(run).toMatchObject({ state: 'done', scenes_checked: 3 })
  expect(day.plex).toBeGreaterThan(288)
  expect(day.plex).toBeLessThanOrEqual(289 + (run?.requests.plex ?? 0))
  expect(day.stash).toBeLessThanOrEqual(20 + (run?.requests.stash ?? 0))
})

it('the change probe every ten seconds: an hour, whatever the size of the library', async () => {
  await using app = await startTestEngine({ settings: { stash_poll_seconds: 10, poll_interval: 60 } })
  await app.hookAll(3)
  await app.settled()
  await app.pass(10 * minute)
  forget(app)
  await app.pass(hour)
  const probes = app.stash.requests.count({ where: ({ label }) => label.includes('+') })
  expect(probes).toBeGreaterThanOrEqual(359)
  expect(probes).toBeLessThanOrEqual(361)
  expect(app.stash.requests.total - probes).toBeLessThanOrEqual(1)
  expect(app.plex.requests.total).toBeLessThanOrEqual(13)
})

it('the comparison of known libraries: a request for each page, so that 40,000 scenes stay below 150', async () => {
  const one = await comparedLibrary(page)
  await using small = one.app
  const three = await comparedLibrary(3 * page)
  await using large = three.app
  // A page more of Plex is a request more, and nothing else is.
  expect(three.comparison.plex - one.comparison.plex).toBe(2)
  expect(three.comparison.stash).toBe(one.comparison.stash)
  for (const app of [small, large]) {
    expect(app.plex.requests.count({ label: 'metadata' })).toBe(0)
    // Only the stamps are read of all; a page more of them comes with 8,000 scenes.
    expect(pagesOfStash(app).filter((size) => size === stampPage)).toHaveLength(1)
  }
  const plex = one.comparison.plex + household / page - 1
  const stash = one.comparison.stash + household / stampPage - 1
  expect(plex).toBeLessThanOrEqual(85)
  expect(plex + stash).toBeLessThanOrEqual(150)
})

it('edits of fifty scenes each that no hook reports: at most 1.1 requests to Plex for a scene', async () => {
  const { app, keys } = await comparedLibrary(200)
  await using _ended = app
  await app.call('saveSettings', { by: 'command', values: { stash_poll_seconds: 60, poll_interval: 60 } })
  await app.pass(10 * minute)
  const [edits, perEdit] = [3, 50]
  forget(app)
  for (let at = 0; at < edits; at += 1) {
    for (let one = 1; one <= perEdit; one += 1) app.stash.actions.autoTag(at * perEdit + one, { studio: `New ${at}` })
    await app.pass(20 * minute)
  }
  const arrived = keys.filter((key) => app.plex.library.item(key).text.studio?.startsWith('New'))
  expect(arrived).toHaveLength(edits * perEdit)
  expect(app.plex.requests.count({ label: 'edit' })).toBe(arrived.length)
  const looks = edits * 4
  expect((app.plex.requests.total - looks) / arrived.length).toBeLessThanOrEqual(1.1)
})

it('unchanged scenes that are synced once more: at most 0.05 requests for a scene, both servers together', async () => {
  const { app } = await comparedLibrary(page)
  await using _ended = app
  forget(app)
  await app.work('enqueueScenes', { scope: 'all' })
  await app.settled()
  expect(app.writes()).toBe(0)
  expect((app.plex.requests.total + app.stash.requests.total) / page).toBeLessThanOrEqual(0.05)
})

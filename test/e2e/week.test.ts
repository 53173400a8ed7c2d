/**
 * A week of a household on a test clock: edits, renames and merges of entities, moved files, a rebuilt and a renamed library,
 * a restored server, lost hooks, outages and restarts, all at random. In the end Plex is equal to the plan for every scene,
 * without anybody's help. A longer form: PLEXSYNC_WEEKS=4. A failing run is repeated by its seed: PLEXSYNC_SEED=….
 */
import { expect, it } from 'vitest'
import { SeededRandom } from '../harness/seeded-random.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const weeks = Number(process.env.PLEXSYNC_WEEKS ?? 1)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))
const scenes = 16
const minute = 60_000
const hour = 60 * minute

/** Steps of a day; a quarter of a day passes after each. */
const stepsPerDay = 4

interface World {
  readonly app: TestEngine
  readonly random: SeededRandom
  /** File by scene, as Stash sees it. */
  readonly files: Map<number, string>
  /** The next name that nothing has had yet. */
  next: number
  /** The server was restored, so that keys are other films'. */
  isRestored: boolean
}

/** What can happen; each returns the hooks of Stash, of which some are lost. */
const edits: Readonly<Record<string, (world: World) => readonly { type: string; id: number | string }[]>> = {
  edit: ({ app, random, ...world }) => {
    const id = random.integer(1, scenes)
    app.stash.actions.updateScene(id, {
      title: `Title ${world.next}`,
      details: `Details ${random.integer(1, 1e6)}`,
      tags: random.sample(['one', 'two', 'three', 'four'], random.integer(1, 3)),
    })
    return [{ type: 'Scene.Update.Post', id }]
  },
  renameStudio: ({ app, next }) => {
    const studio = app.stash.library.scene(1).studio
    if (studio === null) return []
    app.stash.actions.renameStudio(studio.id, `Studio ${next}`)
    return [{ type: 'Studio.Update.Post', id: studio.id }]
  },
  renamePerformer: ({ app, next }) => {
    const [performer] = app.stash.library.scene(2).performers
    if (performer === undefined) return []
    app.stash.actions.renamePerformer(performer.id, `Person ${next}`)
    return [{ type: 'Performer.Update.Post', id: performer.id }]
  },
  renameTag: ({ app, random, next }) => {
    const tag = random.pick(app.stash.library.scene(random.integer(1, scenes)).tags)
    app.stash.actions.renameTag(tag.id, `tag ${next}`)
    return [{ type: 'Tag.Update.Post', id: tag.id }]
  },
  mergeTags: ({ app, random }) => {
    const [one] = app.stash.library.scene(random.integer(1, scenes)).tags
    const other = app.stash.library.scene(random.integer(1, scenes)).tags.at(-1)
    if (one === undefined || other === undefined || one.id === other.id) return []
    app.stash.actions.mergeTags(one.id, [other.id])
    return []
  },
  moveFile: (world) => {
    const { app, random, files, next } = world
    const id = random.integer(1, scenes)
    const from = files.get(id) ?? ''
    const to = `/data/moved ${next} of ${id}.mp4`
    app.stash.actions.moveFile(id, from, to)
    files.set(id, to)
    const item = app.plex.library.itemsByFile(inPlex(from))[0]
    // Plex sees a new file: another item under another key, without anything.
    if (item !== undefined) app.plex.library.removeItem(item.ratingKey)
    app.plex.library.addItem({ section: 1, file: { file: inPlex(to), size: 1_000_000 + id } })
    return [{ type: 'Scene.Update.Post', id }]
  },
  rebuildLibrary: ({ app, files }) => {
    const { library } = app.plex
    for (const [id, path] of files) {
      const item = library.itemsByFile(inPlex(path))[0]
      if (item !== undefined) library.removeItem(item.ratingKey)
      library.addItem({ section: 1, file: { file: inPlex(path), size: 1_000_000 + id } })
    }
    return []
  },
  restoreServer: (world) => {
    const { app, random, files } = world
    world.isRestored = true
    const [one, other] = random
      .sample([...files.values()], 2)
      .map((path) => app.plex.library.itemsByFile(inPlex(path))[0])
    if (one !== undefined && other !== undefined) app.plex.library.exchangeKeys(one.ratingKey, other.ratingKey)
    return []
  },
  renameLibrary: ({ app, next }) => {
    app.plex.library.section(1).title = `Scenes ${next}`
    app.plex.library.touchSection(app.plex.library.section(1))
    return []
  },
  resetItem: ({ app, random, files }) => {
    const item = app.plex.library.itemsByFile(inPlex(random.pick([...files.values()])))[0]
    if (item === undefined) return []
    app.plex.library.editByPerson(item.ratingKey, { unlock: [...item.locked] })
    app.plex.library.refreshByAgent(item.ratingKey)
    return []
  },
}

function inPlex(path: string): string {
  return path.replace('/data', '/media')
}

async function liveAStep(world: World): Promise<void> {
  const { app, random } = world
  const trouble = random.next()
  const server = random.pick([app.plex, app.stash])
  if (trouble < 0.15) await server.down()
  else if (trouble < 0.3) server.faults.status(random.pick([500, 503]), { times: 6 })
  else if (trouble < 0.4) await app.restart()
  for (let n = random.integer(1, 3); n > 0; n--) {
    world.next += 1
    const edit = random.pick(Object.values(edits))
    // A lost hook is the probe's, the sweep's or the comparison's to find.
    for (const { type, id } of edit(world))
      if (random.chance(0.7)) await app.hook(id, { type, fields: ['name', 'title'] })
    await app.pass(random.integer(1, 40) * minute)
  }
  await app.plex.up()
  await app.stash.up()
  await app.pass((24 / stepsPerDay) * hour - hour)
}

function expectPlan({ app, files, isRestored }: World): void {
  for (const [id, path] of files) {
    const scene = app.stash.library.scene(id)
    const items = app.plex.library.itemsByFile(inPlex(path))
    expect(items, `scene ${id} has one item`).toHaveLength(1)
    const [item] = items
    const tagged = (kind: 'genre' | 'actor') => (item?.tags[kind] ?? []).map(({ tag }) => tag.tag.toLowerCase()).sort()
    const names = (list: readonly { name: string }[]) => [...new Set(list.map(({ name }) => name.toLowerCase()))].sort()
    const shown = { title: item?.text.title, summary: item?.text.summary, studio: item?.text.studio }
    expect(shown, `scene ${id}`).toEqual({
      title: scene.title,
      summary: scene.details,
      studio: scene.studio?.name,
    })
    // An item under another film's key is one never seen before: names that it had then count as its owner's, and stay.
    expect(tagged('genre'), `scene ${id}`).toEqual(expect.arrayContaining(names(scene.tags)))
    expect(tagged('actor'), `scene ${id}`).toEqual(expect.arrayContaining(names(scene.performers)))
    if (isRestored) continue
    expect([tagged('genre'), tagged('actor')], `scene ${id}`).toEqual([names(scene.tags), names(scene.performers)])
  }
}

it(`${weeks} weeks (seed ${seed}): Plex is equal to the plan, without help`, { timeout: 600_000 * weeks }, async () => {
  const random = new SeededRandom(seed)
  await using app = await startTestEngine({
    scenes,
    seed,
    settings: { poll_interval: 60, stash_poll_seconds: 900, reconcile_interval: 'daily' },
  })
  await app.call('enqueueScenes', { scope: 'all' })
  await app.settled()
  const files = new Map(Array.from({ length: scenes }, (_, at) => [at + 1, `/data/scene ${at + 1}.mp4`]))
  const world: World = { app, random, files, next: 0, isRestored: false }
  for (let step = 0; step < (7 * weeks - 2) * stepsPerDay; step++) await liveAStep(world)
  app.plex.faults.clear()
  app.stash.faults.clear()
  // Whatever happened last is written within a day.
  await app.pass(26 * hour)
  await app.settled()
  expectPlan(world)
  const { plans } = await app.call('planScenes', { selection: { scope: 'all' } })
  expect(plans.flatMap(({ changes }) => changes)).toEqual([])
  expect(await app.deadLetters()).toEqual([])
  expect((await app.call('getStatus')).waiting_for).toBe(null)

  // A day in which nothing happens, counted.
  app.plex.requests.reset()
  app.stash.requests.reset()
  await app.pass(24 * hour)
  expect(app.plex.requests.count({ method: 'PUT' })).toBe(0)
  // One look in five minutes, and one comparison.
  expect(app.plex.requests.total).toBeLessThanOrEqual(24 * 12 + 12)
})

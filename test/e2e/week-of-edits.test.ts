/**
 * A week of edits in Stash, of every kind, without any plugin: each is noticed within 15 seconds, and no state of a scene is
 * enqueued twice. The same with hooks of which half are lost, restarts, and a Stash that is upgraded and migrated in between.
 * Plex's side is quiet here: what Stash shows is the subject.
 */
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../harness/seeded-random.ts'
import type { StashVersion } from '../harness/stash-schema.ts'
import { type Edit, Household } from './household.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const scenes = 24
const seed = Number(process.env.PLEXSYNC_TEST_SEED ?? 0) || Math.floor(Math.random() * 1_000_000)

async function started(version: StashVersion): Promise<TestEngine> {
  const app = await startTestEngine({
    seed,
    scenes,
    stash: { version },
    settings: { stash_poll_seconds: 10, collections: 'studio\ngroup' },
  })
  for (const id of [1, 2, 3]) app.stash.actions.updateScene(id, { groups: ['Series'] })
  await app.hookAll(scenes)
  await app.settled()
  await app.pass(minute)
  return app
}

/** Jobs of scenes that something of Stash brought up, by their id: scene and origin. */
async function sceneJobs(app: TestEngine): Promise<Map<number, { readonly scene: number; readonly origin: string }>> {
  const jobs = new Map<number, { scene: number; origin: string }>()
  for (let offset = 0; ; offset += 500) {
    const { rows } = await app.call('listActivity', { limit: 500, offset })
    for (const { job_id, kind, scene_id, origin } of rows)
      if (kind === 'scene') jobs.set(job_id, { scene: Number(scene_id), origin })
    if (rows.length < 500) return jobs
  }
}

/** Carries out an edit and what is between it and its arrival; returns what went wrong, in words. */
async function arrives(app: TestEngine, home: Household, edit: Edit, wait: number, between = async () => {}) {
  const before = await sceneJobs(app)
  const affected = await edit.run()
  if (affected === null) return []
  await between()
  await app.pass(wait)
  await app.settled()
  const made = [...(await sceneJobs(app))].filter(([id]) => !before.has(id)).map(([, job]) => job)
  // What Plex reports of its items is another subject: it may be first with a file that was renamed.
  const byStash = made.filter(({ origin }) => origin !== 'reconcile').map(({ scene }) => scene)
  const twice = byStash.filter((id, at) => byStash.indexOf(id) !== at)
  // A scene that is gone may be asked for once more until all ids were compared, which ends without a write.
  const uncalled = byStash.filter((id) => !affected.includes(id) && app.stash.library.scenes.has(id))
  const missed = affected.filter((id) => !made.some(({ scene }) => scene === id))
  const wrong = Object.entries({ twice, uncalled, missed }).flatMap(([what, ids]) =>
    ids.length === 0 ? [] : [`${what}: ${ids.map((id) => originsOf(id, made)).join(', ')}`],
  )
  return [...wrong, ...home.differences()].map((text) => `${edit.name} (seed ${seed}): ${text}`)
}

function originsOf(id: number, jobs: readonly { readonly scene: number; readonly origin: string }[]): string {
  return `${id} (${jobs.flatMap(({ scene, origin }) => (scene === id ? [origin] : [])).join(' and ')})`
}

describe('a week of edits', () => {
  it.each(['0.30', '0.27', '0.25'] as const)('without any plugin, with Stash %s', async (version) => {
    await using app = await started(version)
    const random = new SeededRandom(seed)
    const home = new Household(app, random)
    expect(home.differences()).toEqual([])
    for (const edit of home.edits()) {
      expect(await arrives(app, home, edit, edit.isScan ? minute : 15 * second)).toEqual([])
      // The machine sleeps for some hours between two edits, which makes a week of all.
      app.clock.jump(random.integer(5, 15) * hour)
      await app.pass(15 * second)
    }
    expect(await app.deadLetters()).toEqual([])
  })

  it('with hooks of which half are lost, restarts, and a Stash that is upgraded and migrated in between', async () => {
    await using app = await started('0.27')
    const random = new SeededRandom(seed + 1)
    const home = new Household(app, random)
    app.stash.actions.onHooks = (hooks) => {
      for (const { type, id } of hooks) if (random.chance(0.5)) void app.hook(id, { type, fields: ['title'] })
    }
    const edits = home.edits()
    for (const [at, edit] of edits.entries()) {
      const between = async (): Promise<void> => {
        if (at % 4 === 1) await app.restart(() => app.clock.jump(random.integer(1, 9) * hour))
        if (at !== 6) return
        await app.stash.upgrade('0.30')
        await app.pass(random.integer(1, 3) * hour)
        app.stash.settings.status = 'OK'
      }
      // A Stash that was away is asked again within a minute.
      expect(await arrives(app, home, edit, 2 * minute, between)).toEqual([])
    }
    expect(await app.deadLetters()).toEqual([])
  })

  it('while PlexSync is off arrives at the next start', async () => {
    await using app = await started('0.30')
    const home = new Household(app, new SeededRandom(seed + 2))
    const edits = home.edits().filter(({ name }) => /renamed|merged tags|auto-tag|deleted performer/.test(name))
    await app.restart(async () => {
      for (const edit of edits) {
        await edit.run()
        app.clock.jump(hour)
      }
    })
    await app.pass(15 * second)
    await app.settled()
    expect(home.differences().map((text) => `(seed ${seed}) ${text}`)).toEqual([])
  })
})

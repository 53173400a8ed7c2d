/** What the change probe notices where a stamp alone does not show it; `week-of-edits.test.ts` has the ordinary kinds. */
import { describe, expect, it } from 'vitest'
import { paintedJpeg } from '../harness/painted-jpeg.ts'
import { imageOf } from '../harness/stash-library.ts'
import type { StashVersion } from '../harness/stash-schema.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'
import { uploadedPosters } from './uploaded-posters.ts'

/** Upright, so that Plex gets it as it is. */
const picture = (colour: string): Buffer => paintedJpeg(500, 740, colour)

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

async function started(
  version: StashVersion = '0.30',
  settings: Readonly<Record<string, string | number | boolean>> = {},
  offsetMinutes = 0,
): Promise<TestEngine> {
  const app = await startTestEngine({
    scenes: 3,
    stash: { version, offsetMinutes },
    settings: { stash_poll_seconds: 10, ...settings },
  })
  await app.hookAll(3)
  await app.settled()
  await app.pass(minute)
  return app
}

/** Lets the next probe come right now, so that it reads within the second of the last change. */
async function probeNow(app: TestEngine): Promise<void> {
  const before = app.stash.requests.total
  app.stash.jobs.start('Identifying...', () => {})
  await app.until(() => app.stash.requests.total > before, 3 * second)
  await app.settled()
}

describe('a stamp of the present second', () => {
  it('is read again: what changed later in the same second arrives', async () => {
    await using app = await started()
    await app.pass(second - (app.clock.now() % second))
    app.stash.actions.autoTag(1, { tags: ['first'] })
    const stamp = app.stash.library.scene(1).updated_at
    await app.hook(1)
    await app.settled()
    expect(app.tags(1, 'genre')).toEqual(['first'])
    app.stash.actions.autoTag(1, { tags: ['second'] })
    // The second change left the stamp as it was.
    expect(app.stash.library.scene(1).updated_at).toBe(stamp)
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).toEqual(['second'])
  })

  it('is read again of the very first look: an edit in the second of the installation arrives', async () => {
    await using app = await startTestEngine({ scenes: 3, settings: { stash_poll_seconds: 10 }, started: false })
    const stamp = app.stash.library.scene(1).updated_at
    await app.start()
    await app.quiesce()
    expect(app.logs.some(({ line }) => line.includes('Baseline set: 3 scenes'))).toBe(true)
    app.stash.actions.autoTag(1, { tags: ['first'] })
    expect(app.stash.library.scene(1).updated_at).toBe(stamp)
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).toEqual(['first'])
    const { rows } = await app.call('listActivity', { limit: 50, offset: 0 })
    expect(rows.map(({ scene_id }) => scene_id)).toEqual(['1'])
  })

  it('costs nothing where nothing else changed in it', async () => {
    await using app = await started()
    app.stash.actions.autoTag(1, { tags: ['first'] })
    await app.hook(1)
    await app.settled()
    app.plex.requests.reset()
    await app.pass(minute)
    expect(app.writes()).toBe(0)
    const { rows } = await app.call('listActivity', { limit: 50, offset: 0 })
    expect(rows.filter(({ scene_id, origin }) => scene_id === '1' && origin === 'sweep')).toEqual([])
  })
})

describe('performers, studios, tags and groups', () => {
  it('a gender that a setting writes reaches the scenes; without that setting it enqueues nothing', async () => {
    await using app = await started('0.30', { performer_genders: 'female' })
    const { id } = app.stash.library.performer('Ann Lee')
    app.stash.actions.updatePerformer(id, { gender: 'MALE' })
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'actor')).toEqual([])
    app.stash.actions.updatePerformer(id, { gender: 'FEMALE' })
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'actor')).toEqual(['Ann Lee'])
  })

  it('the tags of a performer reach the scenes, also where the setting came later', async () => {
    await using app = await started()
    const { id } = app.stash.library.performer('Ann Lee')
    await app.call('saveSettings', { values: { performer_tags: true } })
    await app.pass(15 * second)
    app.stash.actions.updatePerformer(id, { tags: ['blonde'] })
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).toContain('blonde')
    app.stash.actions.updatePerformer(id, { tags: [] })
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).not.toContain('blonde')
  })

  it('a destroyed parent of tags takes its descendants out of the genres', async () => {
    await using app = await started('0.30', { genre_parents: 'Genre', tags_as: 'both' })
    const top = app.stash.library.tag('Genre')
    app.stash.library.tag('Drama', 'Genre')
    app.stash.library.tag('Sad', 'Drama')
    app.stash.actions.updateScene(1, { tags: ['Sad', 'Outdoor'] })
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).toEqual(['Sad'])
    app.stash.actions.destroyTag(top.id)
    await app.pass(15 * second)
    await app.settled()
    expect(app.tags(1, 'genre')).toEqual([])
  })

  it.each(['0.25', '0.30'] as const)(
    'another front image of a group reaches the poster (Stash %s)',
    async (version) => {
      await using app = await started(version, { sync_poster: true, poster_from_group: true })
      const group = app.stash.library.group('Series')
      app.stash.actions.setGroupImage(group.id, imageOf(picture('green')))
      app.stash.actions.updateScene(1, { groups: ['Series'], cover: picture('red') })
      await app.pass(15 * second)
      await app.settled()
      expect(uploadedPosters(app)).toEqual([picture('green')])
      app.stash.actions.setGroupImage(group.id, imageOf(picture('blue')))
      await app.pass(15 * second)
      await app.settled()
      expect(uploadedPosters(app)).toEqual([picture('green'), picture('blue')])
    },
  )

  it('are not believed to be gone when most of them are: no scene loses its names', async () => {
    await using app = await startTestEngine({ scenes: 120, settings: { stash_poll_seconds: 10 } })
    for (let id = 1; id <= 120; id++) app.stash.actions.updateScene(id, { performers: [`Player ${id}`] })
    await app.hookAll(120)
    await app.settled()
    await app.pass(minute)
    app.plex.requests.reset()
    for (const [id] of [...app.stash.library.performers].slice(0, 100)) app.stash.library.performers.delete(id)
    await app.pass(minute)
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(app.logs.map(({ line }) => line).join('\n')).toMatch(/Stash has lost \d+ of \d+ performers/)
  })
})

describe('files', () => {
  it('are read whole once: where several have the newest stamp, none of them counts as new afterwards', async () => {
    await using app = await started()
    const { requests } = app.stash
    requests.reset()
    await app.pass(20 * minute)
    const whole = requests.all.filter(({ body }) => body.includes('"per_page":8000'))
    expect(whole).toEqual([])
    expect(requests.total).toBeGreaterThan(100)
  })

  it('that the API moves have a newer stamp since 0.29', async () => {
    await using app = await started()
    app.plex.library.renameFile('/media/scene 2.mp4', '/media/elsewhere.mp4')
    app.stash.actions.moveFileByApi(2, '/data/scene 2.mp4', '/data/elsewhere.mp4')
    app.stash.library.scene(2).title = 'Elsewhere'
    await app.pass(15 * second)
    await app.settled()
    expect(app.text(2, 'title')).toBe('Elsewhere')
  })

  it('of a scene that waits for the next try: another path is tried when it is noticed', async () => {
    await using app = await started()
    app.plex.library.addItem({ section: 1, file: { file: '/media/elsewhere.mp4', size: 4_444 } })
    const { id } = app.stash.library.addScene({
      title: 'Late',
      details: 'Late',
      files: [{ path: '/data/nowhere.mp4', size: 4_444, duration: 60 }],
    })
    await app.hook(id)
    await app.pass(5 * minute)
    const tries = () => app.logs.filter(({ line }) => line.includes(`for scene ${id} (`)).length
    // After 0, 30, 90 and 210 seconds: a probe that shows the state that was tried brings no other one.
    expect(tries()).toBe(4)
    app.stash.actions.moveFileByApi(id, '/data/nowhere.mp4', '/data/elsewhere.mp4')
    await app.pass(15 * second)
    await app.settled()
    expect(app.plex.library.itemsByFile('/media/elsewhere.mp4')[0]?.text.title).toBe('Late')
  })

  it.each(['0.28', '0.25'] as const)('before it they are read after a scan, and at a start: %s', async (version) => {
    await using app = await started(version)
    const move = (from: string, to: string): void => {
      app.plex.library.renameFile(`/media/${from}.mp4`, `/media/${to}.mp4`)
      app.stash.actions.moveFile(2, `/data/${from}.mp4`, `/data/${to}.mp4`)
      // Neither the stamp of the scene nor one of the file shows it.
      app.stash.library.scene(2).title = to
    }
    app.stash.jobs.start('Scanning...', () => move('scene 2', 'first'))
    await app.stash.jobs.settled()
    await app.until(() => app.text(2, 'title') === 'first', minute)
    await app.restart(() => move('first', 'second'))
    await app.until(() => app.text(2, 'title') === 'second', minute)
  })
})

describe('a Stash that is upgraded between two probes, so that no request fails', () => {
  it('has its files read: those that moved before, and those that the API moves later', async () => {
    await using app = await started('0.28')
    const move = (scene: number, to: string): void => {
      app.plex.library.renameFile(`/media/scene ${scene}.mp4`, `/media/${to}.mp4`)
      app.stash.actions.moveFileByApi(scene, `/data/scene ${scene}.mp4`, `/data/${to}.mp4`)
      app.stash.library.scene(scene).title = to
    }
    move(2, 'before')
    await app.stash.upgrade('0.30')
    app.stash.settings.status = 'OK'
    await app.until(() => app.text(2, 'title') === 'before', minute)
    await app.pass(minute)
    move(3, 'after')
    await app.pass(15 * second)
    await app.settled()
    expect(app.text(3, 'title')).toBe('after')
  })
})

describe('a Stash that is started again in a time zone behind the former one', () => {
  const tokyo = 9 * 60
  const losAngeles = -8 * 60
  /** The newest scene and the newest performer, behind whose stamps everything is hidden that comes after them. */
  async function editLast(app: TestEngine): Promise<void> {
    app.stash.library.performer('Nobody')
    app.stash.actions.updateScene(3, { title: 'Last in Tokyo' })
    await app.pass(minute)
  }
  /** An edit of scene 1 arrives, and after it a rename, which scene 2 shows. */
  async function expectFound(app: TestEngine, title: string, within: number): Promise<void> {
    const { actions, library } = app.stash
    actions.updateScene(1, { title })
    expect(library.scene(1).updated_at < library.scene(3).updated_at).toBe(true)
    await app.until(() => app.text(1, 'title') === title, within)
    await app.pass(minute)
    actions.renamePerformer(1, title)
    await app.until(() => app.tags(2, 'actor').includes(title), 20 * second)
  }

  it('is noticed from the reconnection on, and by each probe after it', async () => {
    await using app = await started('0.30', {}, tokyo)
    await editLast(app)
    await app.stash.restartIn(losAngeles)
    await expectFound(app, 'Before PlexSync is connected', minute)
    await expectFound(app, 'A minute later', 20 * second)
    // Nothing is read again and again because of it.
    await app.pass(minute)
    app.stash.requests.reset()
    await app.pass(5 * minute)
    expect(app.stash.requests.total).toBeLessThanOrEqual(31)
  })

  it('hides nothing of what was changed before the first probe after it, not even minutes before the newest change', async () => {
    await using app = await started('0.30', {}, tokyo)
    const { library, actions } = app.stash
    // Files are read from the newest one on, and with them their scenes: these are older.
    for (const id of [1, 2])
      for (const file of library.scene(id).files) file.updated_at = library.time.text(app.clock.now() - 24 * hour)
    await editLast(app)
    await app.stash.restartIn(losAngeles)
    // PlexSync is connected again after both edits, and only the later one shows as the newest.
    app.stash.faults.status(503)
    actions.updateScene(1, { title: 'Earlier' })
    await app.pass(4 * minute)
    actions.updateScene(2, { title: 'Newest' })
    app.stash.faults.clear()
    await app.until(() => app.text(2, 'title') === 'Newest', 2 * minute)
    await app.pass(minute)
    expect(app.text(1, 'title')).toBe('Earlier')
  })

  it('is noticed at the next start where that happened while PlexSync was off', async () => {
    await using app = await started('0.30', {}, tokyo)
    await editLast(app)
    await app.restart(async () => {
      await app.stash.restartIn(losAngeles)
      app.stash.actions.updateScene(1, { title: 'While it was off' })
      await app.clock.advance(minute)
      app.stash.actions.updateScene(2, { title: 'And a minute later' })
      await app.clock.advance(minute)
    })
    await app.until(() => app.text(1, 'title') === 'While it was off', 20 * second)
    await app.until(() => app.text(2, 'title') === 'And a minute later', second)
    await expectFound(app, 'Now it is on', 20 * second)
  })
})

describe('stamps that are in the future, of a clock that was set back', () => {
  it('hide nothing: neither what happens then, nor what happened before they were seen', async () => {
    await using app = await started()
    const { library, actions } = app.stash
    const ahead = library.time.text(app.clock.now() + 2 * hour)
    library.scene(3).updated_at = ahead
    library.performer('Nobody').updated_at = ahead
    actions.updateScene(1, { title: 'Before the probe' })
    await app.until(() => app.text(1, 'title') === 'Before the probe', 20 * second)
    for (const title of ['Then', 'Later']) {
      await app.pass(minute)
      actions.updateScene(2, { title })
      await app.until(() => app.text(2, 'title') === title, 20 * second)
      await app.pass(minute)
      actions.renamePerformer(1, title)
      await app.until(() => app.tags(2, 'actor').includes(title), 20 * second)
    }
  })
})

describe('an import', () => {
  it('gives out new ids: every scene that was written is read, and nothing is written twice', async () => {
    await using app = await started()
    const { scenes } = app.stash.library
    app.plex.requests.reset()
    app.stash.jobs.start('Importing...', () => {
      const all = [...scenes.values()].reverse()
      scenes.clear()
      // The stamps are kept as they were exported.
      for (const [at, scene] of all.entries()) scenes.set(at + 1, Object.assign(scene, { id: at + 1 }))
      const first = scenes.get(1)
      if (first !== undefined) first.details = 'Imported'
    })
    await app.stash.jobs.settled()
    await app.pass(minute)
    await app.settled()
    expect([1, 2, 3].map((scene) => app.text(scene, 'summary'))).toEqual(['About scene 1', 'About scene 2', 'Imported'])
    expect(app.plex.requests.count({ label: 'edit' })).toBe(1)
    expect(await app.deadLetters()).toEqual([])
  })
})

it('a job of Stash that ends is noticed sooner than the next probe', async () => {
  await using app = await started()
  app.stash.actions.autoTag(1, { tags: ['after a job'] })
  await probeNow(app)
  expect(app.tags(1, 'genre')).toEqual(['after a job'])
})

/** The sweep: changes that no hook reports, with all that makes Stash's times treacherous. */
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../harness/clock.ts'
import { type Libraries, metadata, startLibraries } from './libraries.ts'

const hour = 3_600_000

/** Scenes in both libraries, an engine that works, and the baseline set. */
async function withBaseline(
  names: readonly string[],
  options: Parameters<typeof startLibraries>[0] = {},
): Promise<Libraries> {
  const libraries = await startLibraries(options)
  const longAgo = (options.clock?.now() ?? Date.now()) - 30 * 24 * hour
  for (const name of names) libraries.addScene(name, { ...metadata, updatedAt: longAgo })
  await libraries.open({ start: true })
  await libraries.line(/Baseline set/)
  return libraries
}

/** Makes the next sweep happen by another start, and waits for what it says. */
async function sweepAnew(libraries: Libraries, says: RegExp): Promise<string> {
  await libraries.close()
  const from = libraries.lines.length
  await libraries.open({ start: true })
  return libraries.line(says, from)
}

const queued = async (libraries: Libraries) => {
  const { rows } = await libraries.call('listActivity', {})
  return rows.filter((row) => row.origin === 'sweep').map((row) => row.scene_id)
}

describe('the first sweep', () => {
  it('sets the baseline and enqueues nothing, also not at the next start', async () => {
    await using libraries = await withBaseline(['a', 'b', 'c'])
    expect(await queued(libraries)).toEqual([])
    await sweepAnew(libraries, /Looked for changes/)
    expect(await queued(libraries)).toEqual([])
    expect(libraries.plex.requests.count({ label: 'edit' })).toBe(0)
  })

  it('costs a handful of requests', async () => {
    await using libraries = await startLibraries()
    for (let scene = 0; scene < 20_000; scene++)
      libraries.addScene(`s${scene}`, { updatedAt: Date.now() - 60_000 }, false)
    libraries.stash.requests.reset()
    await libraries.open({ start: true })
    await libraries.line(/Baseline set: 20000 scenes/)
    expect(libraries.stash.requests.count({ label: 'findScenes' })).toBeLessThanOrEqual(6)
  })

  it('finds what comes after it, though it was never synced', async () => {
    await using libraries = await withBaseline(['a'])
    const { sceneId } = libraries.addScene('new', metadata)
    libraries.stash.actions.autoTag(1, { tags: ['Delta'] })
    await sweepAnew(libraries, /Found 2 scenes/)
    expect((await queued(libraries)).sort()).toEqual(['1', sceneId])
  })
})

describe('later sweeps', () => {
  it('find auto-tagging and merges; the merged scene takes over the item of the one that is gone', async () => {
    await using libraries = await withBaseline(['a', 'b', 'c'])
    await libraries.syncAll()
    libraries.stash.actions.autoTag(3, { tags: ['Delta'] })
    libraries.stash.actions.mergeScenes(1, [2])
    libraries.stash.library.scene(1).title = 'Merged'
    for (const id of [1, 3])
      libraries.stash.library.scene(id).updated_at = libraries.stash.library.time.text(Date.now() + 2_000)
    await sweepAnew(libraries, /Found 2 scenes/)
    await libraries.drain()
    expect(libraries.plex.library.item(1001).text.title).toBe('Merged')
    expect(libraries.plex.library.item(1002).text.title).toBe('Merged')
    expect((await libraries.call('listDeadLetters', {})).rows).toEqual([])
    expect(libraries.lines).toContainEqual(expect.stringContaining('1 scenes are gone from Stash; Plex is left alone'))
  })

  it.each([
    ['behind', -300],
    ['before', 330],
  ])('compare times in Stash’s own words: offset %s UTC', async (_, offsetMinutes) => {
    await using libraries = await withBaseline(['a', 'b'], { stash: { offsetMinutes } })
    await libraries.syncAll()
    libraries.stash.library.scene(2).details = 'Changed'
    libraries.stash.library.scene(2).updated_at = libraries.stash.library.time.text(Date.now() + 1_000)
    await sweepAnew(libraries, /Found 1 scenes/)
    expect(await queued(libraries)).toEqual(['2'])
  })

  it('notice a change in the hour that the end of summer time repeats', async () => {
    // Summer time (UTC+2) ends at 01:00 UTC: 02:59:59+02:00 is followed by 02:00:00+01:00.
    const end = Date.parse('2025-10-26T01:00:00Z')
    const clock = new ManualClock(end - 60_000)
    const libraries = await startLibraries({
      clock,
      stash: { offsetMinutes: (at) => (at < end ? 120 : 60) },
      settings: { stash_poll_seconds: '600' },
    })
    await using _ = libraries
    const { library, actions } = libraries.stash
    for (const name of ['a', 'b', 'c']) libraries.addScene(name, { ...metadata, updatedAt: end - 120_000 })
    await libraries.open({ start: true })
    await settled(libraries, clock, /Baseline set/)
    await clock.advance(120_000)
    // Its text is smaller than that of the newest scene, though it is later.
    actions.autoTag(1, { tags: ['Delta'] })
    const newest = library.scene(2).updated_at
    expect(library.scene(1).updated_at < newest).toBe(true)
    for (let minute = 0; minute < 70 && !(await found(libraries, 1)); minute += 10)
      await look(libraries, clock, 600_000)
    expect(await queued(libraries)).toEqual(['1'])
  })

  it('notice it at the next probe where Stash or PlexSync was started in that hour: Stash’s log shows its offset', async () => {
    const end = Date.parse('2025-10-26T01:00:00Z')
    const clock = new ManualClock(end - 60_000)
    const libraries = await startLibraries({
      clock,
      stash: { offsetMinutes: (at) => (at < end ? 120 : 60) },
      settings: { stash_poll_seconds: '600' },
    })
    await using _ = libraries
    const { library, actions, jobs } = libraries.stash
    for (const name of ['a', 'b', 'c']) libraries.addScene(name, { ...metadata, updatedAt: end - 120_000 })
    await libraries.open({ start: true })
    await settled(libraries, clock, /Baseline set/)
    await libraries.close()
    await clock.advance(120_000)
    actions.autoTag(1, { tags: ['Delta'] })
    jobs.write('Info', 'Finished auto-tag')
    const from = libraries.lines.length
    await libraries.open({ start: true })
    await settled(libraries, clock, /Looked for changes/, from)
    expect(await queued(libraries)).toEqual(['1'])
    actions.autoTag(3, { tags: ['Delta'] })
    expect(library.scene(3).updated_at < library.scene(2).updated_at).toBe(true)
    await look(libraries, clock, 600_000)
    expect((await queued(libraries)).sort()).toEqual(['1', '3'])
  })

  it('bring up each state of a scene once: no dead letter is repeated before the scene changes', async () => {
    const clock = new ManualClock()
    await using libraries = await withBaseline(['a'], { clock, settings: { skip_not_found: 'false' } })
    libraries.stash.library.addScene({ ...metadata, files: ['/nowhere/x.mp4'], title: 'Nowhere' })
    libraries.plex.library.addItem({ section: 1, file: '/media/1/x.mp4' })
    libraries.plex.library.addItem({ section: 1, file: '/media/2/x.mp4' })
    await sweepAnew(libraries, /Found 1 scenes/)
    await driven(libraries, clock, libraries.drain())
    expect((await libraries.call('listDeadLetters', {})).rows).toHaveLength(1)
    await sweepAnew(libraries, /Looked for changes/)
    expect(await queued(libraries)).toHaveLength(1)
    libraries.stash.library.scene(2).updated_at = libraries.stash.library.time.text(clock.now() + 5_000)
    await sweepAnew(libraries, /Found 1 scenes/)
  })

  it('leave a scene alone that waits in the queue', async () => {
    const clock = new ManualClock()
    await using libraries = await withBaseline(['a'], { clock })
    await libraries.call('pause', {})
    await libraries.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    libraries.stash.actions.autoTag(1, { tags: ['Delta'] })
    libraries.stash.library.scene(1).updated_at = libraries.stash.library.time.text(clock.now() + 5_000)
    await driven(libraries, clock, libraries.line(/Subscribed to the jobs of Stash/))
    const from = libraries.lines.length
    libraries.stash.jobs.start('Scanning', () => {})
    await driven(libraries, clock, libraries.line(/Looked for changes/, from))
    expect(await queued(libraries)).toEqual([])
  })

  it('drop what is waiting for scenes that are gone, but not when most of Stash is gone', async () => {
    const clock = new ManualClock()
    const names = Array.from({ length: 200 }, (_, at) => `s${at}`)
    const libraries = await startLibraries({
      clock,
      settings: { stash_poll_seconds: '3600', reconcile_interval: 'never' },
    })
    await using _ = libraries
    for (const name of names) libraries.addScene(name, { ...metadata, updatedAt: clock.now() - 5 * hour })
    await libraries.open({ start: true })
    await settled(libraries, clock, /Baseline set/)
    libraries.stash.library.scenes.delete(7)
    await advance(libraries, clock, 24.3 * hour, /1 scenes are gone from Stash/)
    for (let id = 20; id < 180; id++) libraries.stash.library.scenes.delete(id)
    await advance(libraries, clock, 24.3 * hour, /more than half of them: nothing is forgotten/)
  })

  it('follow a job of Stash immediately, noticed over its websocket', async () => {
    const clock = new ManualClock()
    await using libraries = await withBaseline(['a', 'b'], { clock })
    // A job that ends before anybody listens is the timer's business.
    await driven(libraries, clock, libraries.line(/Subscribed to the jobs of Stash/))
    const from = libraries.lines.length
    libraries.stash.jobs.start('Auto-tag', () => void libraries.stash.actions.autoTag(2, { tags: ['Delta'] }))
    await driven(libraries, clock, libraries.line(/Found 1 scenes/, from))
    expect(await queued(libraries)).toEqual(['2'])
  })

  it('do not happen while PlexSync is disabled, and catch up when it is enabled again', async () => {
    const clock = new ManualClock()
    await using libraries = await withBaseline(['a', 'b'], { clock })
    // The first sweep continues after its baseline; what is under way when PlexSync is disabled comes to its end.
    await driven(libraries, clock, libraries.line(/Looked for changes/))
    await libraries.call('saveSettings', { values: { enabled: false } })
    libraries.stash.actions.autoTag(2, { tags: ['Delta'] })
    libraries.stash.requests.reset()
    libraries.stash.jobs.start('Auto-tag', () => {})
    await libraries.stash.jobs.settled()
    await libraries.arrive()
    await clock.advance(10_000)
    await libraries.arrive()
    const from = libraries.lines.length
    await libraries.call('saveSettings', { values: { enabled: true } })
    const between = libraries.stash.requests.count({ label: 'findScenes' })
    await driven(libraries, clock, libraries.line(/Found 1 scenes/, from))
    expect(between).toBe(0)
  })
})

/** Lets time pass until the next probe, and waits for its end. */
async function look(libraries: Libraries, clock: ManualClock, ms: number): Promise<void> {
  const { requests } = libraries.stash
  const before = requests.total
  await clock.advance(ms)
  while (requests.total === before) await libraries.arrive()
  for (let seen = -1; seen !== requests.total; ) {
    seen = requests.total
    await libraries.arrive()
  }
}

async function found(libraries: Libraries, count: number): Promise<boolean> {
  return (await queued(libraries)).length >= count
}

/** Lets time pass until this is done, to the next timer whenever nothing is under way; what takes a minute comes too late. */
async function driven<T>(libraries: Libraries, clock: ManualClock, work: Promise<T>): Promise<T> {
  const end = clock.now() + 60_000
  let isDone = false
  const watched = work.finally(() => {
    isDone = true
  })
  for (await libraries.arrive(); !isDone; await libraries.arrive()) {
    if ((clock.nextDue ?? end) >= end) throw new Error('it did not come to that in a minute')
    await clock.advanceToNext()
  }
  return watched
}

/** Lets requests over real sockets come in while the clock of the engine stands still. */
async function settled(libraries: Libraries, clock: ManualClock, says: RegExp, from = 0): Promise<void> {
  while (!libraries.lines.slice(from).some((line) => says.test(line))) {
    await clock.advance(10)
    await libraries.arrive()
  }
}

/** Lets this time pass, and more where a look that was under way then ran into its timeout: the next one comes later. */
async function advance(libraries: Libraries, clock: ManualClock, ms: number, says: RegExp): Promise<void> {
  const from = libraries.lines.length
  const isSaid = (): boolean => libraries.lines.slice(from).some((line) => says.test(line))
  for (let step = ms; !isSaid(); step = 60_000) {
    await clock.advance(step)
    await libraries.arrive()
  }
}

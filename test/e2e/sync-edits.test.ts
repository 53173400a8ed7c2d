/** People's edits, dry run, undo, and the dead letters, as the contract offers them. */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const hour = 60 * 60_000
const day = 24 * hour

async function writeFirst(app: TestEngine): Promise<void> {
  await app.hook(1)
  await app.settled()
}

describe('what the user edits in Plex', () => {
  it('preserve_plex_edits on: kept and shown; names of the user stay in either case', async () => {
    await using app = await startTestEngine({ settings: { preserve_plex_edits: true } })
    await writeFirst(app)
    app.plex.library.editByPerson(app.keys[0] ?? 0, {
      text: { summary: 'Mine' },
      tags: { genre: ['one', 'two', 'my own'] },
    })
    app.stash.actions.updateScene(1, { details: 'New', title: 'New title', tags: ['two'] })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'summary')).toBe('Mine')
    expect(app.text(1, 'title')).toBe('New title')
    expect(app.tags(1, 'genre').sort()).toEqual(['my own', 'two'])
    const { items } = await app.call('getScene', { scene_id: '1' })
    expect(JSON.stringify(items)).toContain('kept your edit')
  })

  it('preserve_plex_edits off: Stash wins, but what the user added stays', async () => {
    await using app = await startTestEngine()
    await writeFirst(app)
    app.plex.library.editByPerson(app.keys[0] ?? 0, {
      text: { summary: 'Mine' },
      tags: { genre: ['one', 'two', 'my own'] },
    })
    app.stash.actions.updateScene(1, { details: 'New', tags: ['two'] })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'summary')).toBe('New')
    expect(app.tags(1, 'genre').sort()).toEqual(['my own', 'two'])
  })

  it('a scene that loses its metadata wipes nothing (the incumbent wipes studio, summary and date)', async () => {
    await using app = await startTestEngine()
    app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { summary: 'By hand', studio: 'By hand' } })
    app.stash.actions.updateScene(1, {
      details: '',
      studio: null,
      performers: [],
      tags: [],
      date: null,
      organized: true,
    })
    await app.hook(1, { fields: ['details', 'organized'] })
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(app.text(1, 'summary')).toBe('By hand')
    expect(await app.lastJob(1)).toMatchObject({ state: 'filtered' })
  })

  it('an empty value clears what PlexSync wrote, never what the user did', async () => {
    await using app = await startTestEngine({ scenes: 2 })
    await writeFirst(app)
    app.plex.library.editByPerson(app.keys[1] ?? 0, { text: { summary: 'By hand' } })
    for (const scene of [1, 2]) {
      app.stash.actions.updateScene(scene, { details: '' })
      await app.hook(scene)
    }
    await app.settled()
    expect(app.text(1, 'summary')).toBe('')
    expect(app.text(2, 'summary')).toBe('By hand')
  })

  it('a refresh by Plex reverts nothing, because what is written is locked (the incumbent sends no locks)', async () => {
    await using app = await startTestEngine()
    await writeFirst(app)
    app.plex.library.refreshByAgent(app.keys[0] ?? 0)
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
  })

  it('two writes cut off one after another lose no ownership, with preserve_plex_edits too', async () => {
    await using app = await startTestEngine({ settings: { preserve_plex_edits: true } })
    await writeFirst(app)
    // The first write happens, its response is lost; the second does not happen at all.
    app.plex.faults.add({ method: 'PUT', times: 1, applied: true, fault: { kind: 'status', status: 500 } })
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'status', status: 500 } })
    app.stash.actions.updateScene(1, { details: 'Second', tags: ['one', 'second'] })
    await app.hook(1)
    await app.settled()
    app.stash.actions.updateScene(1, { details: 'Third', tags: ['one', 'third'] })
    await app.hook(1)
    await app.settled()
    await app.until(async () => /synced|unchanged/.test((await app.lastJob(1))?.state ?? ''))
    expect(app.text(1, 'summary')).toBe('Third')
    expect(app.tags(1, 'genre').sort()).toEqual(['one', 'third'])
  })
})

describe('dry run and undo', () => {
  it('a dry run writes nothing and equals the later write, field by field', async () => {
    await using app = await startTestEngine({ scenes: 10 })
    app.plex.library.editByPerson(app.keys[1] ?? 0, { text: { summary: 'x' }, tags: { genre: ['z', 'one'] } })
    const { plans } = await app.call('planScenes', { selection: { scope: 'all' } })
    expect(app.writes()).toBe(0)
    await app.call('enqueueScenes', { scope: 'all' })
    await app.settled()
    expect(plans).toHaveLength(10)
    for (const plan of plans) {
      const { timeline } = await app.call('getScene', { scene_id: plan.scene_id })
      const written = timeline.find(({ step }) => step === 'written')
      expect(written?.changes).toEqual(plan.changes)
    }
  })

  it('undo brings back what was there, and leaves what the user changed since', async () => {
    await using app = await startTestEngine()
    app.plex.library.editByPerson(app.keys[0] ?? 0, {
      text: { summary: 'Before' },
      tags: { genre: ['before'] },
      lock: false,
    })
    await writeFirst(app)
    app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { studio: 'Since' } })
    await app.call('undoScene', { scene_id: '1' })
    expect(app.text(1, 'summary')).toBe('Before')
    expect(app.text(1, 'studio')).toBe('Since')
    expect(app.tags(1, 'genre')).toEqual(['before'])
  })

  it('undo waits for the end of a pause that Plex asked for', async () => {
    await using app = await startTestEngine({ scenes: 2 })
    await writeFirst(app)
    app.plex.faults.status(429, { method: 'PUT', times: 1, headers: { 'Retry-After': '30' } })
    await app.hook(2)
    await app.quiesce()
    app.plex.requests.reset()
    const undone = app.tryCall('undoScene', { scene_id: '1' })
    await app.pass(29_000)
    expect(app.plex.requests.count()).toBe(0)
    await app.pass(2_000)
    expect(await undone).toMatchObject({ ok: true })
  })

  it('undo asks a closed gate once, writes nothing and says what it waits for', async () => {
    await using app = await startTestEngine({ scenes: 10 })
    await writeFirst(app)
    app.plex.faults.add({ fault: { kind: 'reset' } })
    for (let scene = 2; scene <= 10; scene++) await app.hook(scene)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    const before = app.writes()
    expect(await app.tryCall('undoScene', { scene_id: '1' })).toMatchObject({
      ok: false,
      fault: { code: 'unreachable' },
    })
    expect(app.writes()).toBe(before)
    app.plex.faults.clear()
    expect(await app.tryCall('undoScene', { scene_id: '1' })).toMatchObject({ ok: true })
  })
})

describe('dead letters', () => {
  async function withDeadLetters(count: number): Promise<TestEngine> {
    const app = await startTestEngine({ scenes: count })
    app.plex.faults.status(400, { method: 'PUT', body: 'bad value' })
    await app.hookAll(count)
    await app.settled()
    return app
  }

  it('each has reason, class, timeline, what to do and links', async () => {
    await using app = await withDeadLetters(1)
    const [letter] = await app.deadLetters()
    expect(letter).toMatchObject({ scene_id: '1', title: 'Scene 1', code: 'rejected', class: 'permanent', attempts: 1 })
    expect(letter?.reason).toContain('bad value')
    expect(letter?.action).not.toBe('')
    expect(letter?.attempts_log).toHaveLength(1)
    expect(letter?.stash_url).toContain('/scenes/1')
  })

  it('retry one, retry all like this; success makes them history', async () => {
    await using app = await withDeadLetters(6)
    app.plex.faults.clear()
    const [first] = await app.deadLetters()
    await app.call('retryDeadLetters', { select: 'ids', ids: [first?.id ?? 0] })
    await app.settled()
    expect(await app.deadLetters()).toHaveLength(5)
    expect(await app.call('retryDeadLetters', { select: 'like', code: 'rejected' })).toEqual({ retried: 5 })
    await app.settled()
    expect(await app.deadLetters()).toEqual([])
    expect(app.plex.requests.count({ label: 'edit' })).toBe(6)
  })

  it('a later change that succeeds supersedes the dead letter automatically', async () => {
    await using app = await withDeadLetters(1)
    app.plex.faults.clear()
    await app.hook(1)
    await app.settled()
    expect(await app.deadLetters()).toEqual([])
  })

  it('discard, restore, purge', async () => {
    await using app = await withDeadLetters(3)
    const ids = (await app.deadLetters()).map(({ id }) => id)
    expect((await app.call('discardDeadLetters', { select: 'ids', ids: ids.slice(0, 2) })).discarded).toBe(2)
    expect(await app.deadLetters()).toHaveLength(1)
    expect(await app.call('restoreDeadLetters', { ids: ids.slice(0, 1) })).toEqual({ restored: 1 })
    expect(await app.deadLetters()).toHaveLength(2)
    app.clock.jump(29 * day)
    await app.pass(2 * hour)
    expect(await app.deadLetters()).toHaveLength(2)
    app.clock.jump(2 * day)
    await app.pass(2 * hour)
    expect(await app.deadLetters()).toEqual([])
  })

  it('their growth is reported every ten, at start, and with at most one notice per five minutes', async () => {
    await using app = await withDeadLetters(25)
    const logged = () => app.logs.filter(({ line }) => line.includes('DLQ contains')).length
    expect(logged()).toBeGreaterThanOrEqual(1)
    expect(logged()).toBeLessThanOrEqual(2)
    expect(app.notices.filter(({ kind }) => kind === 'dead_letters')).toHaveLength(1)
    const before = logged()
    await app.restart()
    expect(logged()).toBe(before + 1)
    expect(app.logs.at(-1)).toBeDefined()
  })

  it('never an endless loop: a job that fails for good is not queued again by a sweep', async () => {
    await using app = await withDeadLetters(3)
    const jobs = (await app.call('listActivity', { limit: 500, offset: 0 })).total
    await app.pass(6 * 60 * 60_000)
    expect((await app.call('listActivity', { limit: 500, offset: 0 })).total).toBe(jobs)
  })
})

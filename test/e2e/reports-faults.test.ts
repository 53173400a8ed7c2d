/** What people reported of faults that are a whole server's or a setting's: one notice, jobs untouched, and it continues. */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const hour = 3_600_000

async function saveAll(app: TestEngine, title: string): Promise<void> {
  for (const id of [1, 2, 3]) app.stash.actions.updateScene(id, { title: `${title} ${id}` })
  await app.hookAll(3)
}

/** No retry was counted, and nothing was said twice. */
async function expectUntouched(app: TestEngine): Promise<void> {
  expect(await app.deadLetters()).toEqual([])
  const { rows } = await app.call('listActivity', { limit: 50, offset: 0 })
  expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(() => 0))
  expect(app.notices.map(({ kind }) => kind)).toEqual(['waiting'])
  expect(app.logs.filter(({ line }) => line.includes('changes are kept'))).toHaveLength(1)
}

/** In a day nothing is written but one trial an hour. */
async function expectHourlyTrials(app: TestEngine): Promise<void> {
  app.plex.requests.reset()
  await app.pass(24 * hour)
  const trials = app.plex.requests.count({ method: 'PUT' })
  expect(trials).toBeGreaterThanOrEqual(23)
  expect(trials).toBeLessThanOrEqual(25)
}

describe('the token of a shared user: reads work, edits answer 403', () => {
  it('one notice, hardly an edit, and everything is written after the owner signed in', async () => {
    await using app = await startTestEngine({ plex: { sharedToken: 'plex-shared-token-0001' } })
    await app.call('saveSettings', { by: 'command', values: { plex_token: 'plex-shared-token-0001' } })
    expect((await app.call('getStatus')).plex.can_write).toBe(null)
    await saveAll(app, 'New')
    await app.pass(hour)
    await expectUntouched(app)
    expect(await app.call('getStatus')).toMatchObject({
      state: 'waiting',
      plex: { can_write: false, auth_refused: false },
      waiting_for: { code: 'edits_refused', values: { server: 'plex', kept: 3 } },
      queue: { ready: 3, in_progress: 0 },
    })
    const { checks } = await app.call('runHealthChecks')
    expect(checks.find(({ id }) => id === 'plex_token')).toMatchObject({ ok: false })

    // The oldest job's own edit is the trial, once an hour; nothing else is written.
    await expectHourlyTrials(app)

    await app.restart()
    app.plex.requests.reset()
    await app.pass(60_000 - 1)
    expect(app.plex.requests.count({ method: 'PUT' })).toBe(0)
    expect((await app.call('getStatus')).waiting_for).toMatchObject({ code: 'edits_refused' })

    await app.call('saveSettings', { by: 'command', values: { plex_token: app.plex.token } })
    await app.settled()
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect(await app.call('getStatus')).toMatchObject({ plex: { can_write: true }, waiting_for: null })
    await expectUntouched(app)
  })

  it('the owner is made of the shared user: the next trial finds it out', async () => {
    await using app = await startTestEngine({ plex: { sharedToken: 'plex-shared-token-0001' } })
    await app.call('saveSettings', { by: 'command', values: { plex_token: 'plex-shared-token-0001' } })
    await saveAll(app, 'New')
    await app.pass(hour)
    app.plex.settings.token = 'plex-shared-token-0001'
    await app.pass(hour)
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    await expectUntouched(app)
  })
})

describe('a Plex library that was renamed, while plex_library names it', () => {
  it('edits are no dead letters, and all are written when the setting is corrected hours later', async () => {
    await using app = await startTestEngine({ settings: { plex_library: 'Scenes' } })
    await saveAll(app, 'First')
    await app.settled()
    app.plex.library.section(1).title = 'Films'
    // The list of libraries is read again when it is old.
    await app.pass(hour)
    await saveAll(app, 'New')
    await app.pass(5 * hour)
    await expectUntouched(app)
    expect(await app.call('getStatus')).toMatchObject({
      state: 'waiting',
      waiting_for: { code: 'no_library', text: 'Plex has no library to write to: correct plex_library' },
      circuit: { plex: 'closed' },
    })
    app.plex.requests.reset()
    await app.pass(hour)
    expect(app.plex.requests.total).toBeLessThanOrEqual(125)
    await app.call('saveSettings', { by: 'command', values: { plex_library: 'Films' } })
    await app.settled()
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect((await app.call('getStatus')).waiting_for).toBe(null)
  })

  it('or the library gets its old name back', async () => {
    await using app = await startTestEngine({ settings: { plex_library: 'Films' } })
    await saveAll(app, 'New')
    await app.pass(hour)
    await expectUntouched(app)
    app.plex.library.section(1).title = 'Films'
    await app.pass(5 * 60_000)
    await app.settled()
    expect(app.text(3, 'title')).toBe('New 3')
  })
})

describe.each(['plex', 'stash'] as const)('a proxy that redirects all of %s to another address', (server) => {
  it('one notice, and it continues when the redirects end', async () => {
    await using app = await startTestEngine()
    await saveAll(app, 'First')
    await app.settled()
    const end = app[server].faults.add({ fault: { kind: 'redirect', to: 'https://elsewhere.invalid/start' } })
    await saveAll(app, 'New')
    await app.pass(6 * hour)
    await expectUntouched(app)
    expect((await app.call('getStatus')).waiting_for).toMatchObject({ code: 'server_redirects', values: { server } })
    end()
    await app.pass(2 * 60_000)
    await app.settled()
    expect(app.text(3, 'title')).toBe('New 3')
  })
})

describe('edits answered 500 while reading works', () => {
  it('the edits of three scenes in a row: one notice, hardly an edit, and everything is written when it is over', async () => {
    await using app = await startTestEngine()
    const end = app.plex.faults.status(500, { method: 'PUT' })
    await saveAll(app, 'New')
    await app.pass(hour)
    await expectUntouched(app)
    expect(await app.call('getStatus')).toMatchObject({
      state: 'waiting',
      plex: { can_write: false, reachable: true },
      circuit: { plex: 'closed' },
      waiting_for: { code: 'edits_failing', values: { server: 'plex', kept: 3 } },
    })
    const { checks } = await app.call('runHealthChecks')
    expect(checks.find(({ id }) => id === 'plex_libraries')).toMatchObject({ ok: false })

    await expectHourlyTrials(app)
    await app.restart()
    end()
    await app.pass(2 * hour)
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect(await app.call('getStatus')).toMatchObject({ plex: { can_write: true }, waiting_for: null })
    await expectUntouched(app)
  })

  it('a value of each of three scenes: the first trial distinguishes it from a fault of the server', async () => {
    const date = { name: 'originallyAvailableAt', value: '2024-05-06', status: 500 }
    await using app = await startTestEngine({ plex: { refusedValues: [date] } })
    await saveAll(app, 'New')
    await app.pass(hour)
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect((await app.deadLetters()).map(({ code }) => code)).toEqual([
      'value_refused',
      'value_refused',
      'value_refused',
    ])
    expect((await app.call('getStatus')).waiting_for).toBe(null)
  })

  it('scenes that failed alone return when the server takes edits again', async () => {
    await using app = await startTestEngine()
    const end = app.plex.faults.status(500, { method: 'PUT' })
    for (const id of [1, 2]) {
      app.stash.actions.updateScene(id, { title: `New ${id}` })
      await app.hook(id)
      await app.until(async () => (await app.deadLetters()).length === id, hour)
    }
    expect((await app.deadLetters()).map(({ code }) => code)).toEqual(['edit_failed', 'edit_failed'])
    app.stash.actions.updateScene(3, { title: 'New 3' })
    await app.hook(3)
    await app.until(async () => (await app.call('getStatus')).waiting_for?.code === 'edits_failing', hour)
    end()
    await app.pass(2 * hour)
    await app.settled()
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect(await app.deadLetters()).toEqual([])
  })
})

describe('one wrong name among the right ones in plex_library', () => {
  it('is reported once; the right libraries are written, and the scenes of the other wait without a dead letter', async () => {
    await using app = await startTestEngine({ settings: { plex_library: 'Scenes, Clisp' } })
    app.plex.library.addSection({ title: 'Clips', locations: ['/clips'] })
    const ids = [11, 12].map((number) => {
      const size = 2_000_000 + number
      const file = { file: `/clips/clip ${number}.mp4`, size }
      const item = app.plex.library.addItem({ section: 2, file })
      const seed = { title: `Clip ${number}`, studio: 'Studio', files: [{ path: `/clips/clip ${number}.mp4`, size }] }
      return { scene: app.stash.library.addScene(seed).id, key: item.ratingKey }
    })
    await saveAll(app, 'New')
    for (const { scene } of ids) await app.hook(scene)
    await app.pass(2 * hour)
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect(await app.deadLetters()).toEqual([])
    expect(app.logs.filter(({ line }) => line.includes('no library named Clisp'))).toHaveLength(1)
    const { checks } = await app.call('runHealthChecks')
    expect(checks.find(({ id }) => id === 'plex_libraries')?.detail).toContain('Clisp')
    expect(await app.call('getStatus')).toMatchObject({
      waiting_for: null,
      unknown_libraries: ['Clisp'],
      health: { ok: true },
    })
    expect(app.notices).toEqual([{ kind: 'unknown_libraries', names: ['Clisp'], view: '/health' }])
    await app.call('saveSettings', { by: 'command', values: { plex_library: 'Scenes, Clips' } })
    await app.pass(hour)
    expect((await app.call('getStatus')).unknown_libraries).toEqual([])
    expect(app.notices).toHaveLength(1)
    for (const { key } of ids) expect(app.plex.library.item(key).text.studio).toBe('Studio')
    expect(await app.deadLetters()).toEqual([])
  })
})

/** A hold, and how it ends; each is met by a scene, a fan-out, a sweep and a comparison. */
const holds: readonly (readonly [code: string, begin: (app: TestEngine) => () => void])[] = [
  [
    'stash_database',
    (app) => {
      app.stash.settings.databaseError = 'database is locked'
      return () => Object.assign(app.stash.settings, { databaseError: null })
    },
  ],
  [
    'stash_migration',
    (app) => {
      app.stash.settings.status = 'NEEDS_MIGRATION'
      return () => Object.assign(app.stash.settings, { status: 'OK' })
    },
  ],
  [
    'stash_schema',
    (app) =>
      app.stash.faults.add({
        path: '/graphql',
        where: ({ body }) => /findScenes|findStudio|scenes?\b/i.test(body) && !body.includes('systemStatus'),
        fault: {
          kind: 'status',
          status: 422,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ errors: [{ message: 'Cannot query field "details" on type "Scene".' }], data: null }),
        },
      }),
  ],
  [
    'server_redirects',
    (app) => app.stash.faults.add({ fault: { kind: 'redirect', to: 'https://elsewhere.invalid/' } }),
  ],
  ['edits_failing', (app) => app.plex.faults.status(500, { method: 'PUT' })],
  ['edits_refused', (app) => app.plex.faults.status(403, { method: 'PUT' })],
  ['server_redirects', (app) => app.plex.faults.add({ fault: { kind: 'redirect', to: 'https://elsewhere.invalid/' } })],
  ['token_refused', (app) => app.plex.faults.status(498)],
  ['token_refused', (app) => app.plex.faults.status(401)],
  ['token_refused', (app) => app.stash.faults.status(401)],
  [
    'no_library',
    (app) => {
      const section = app.plex.library.section(1)
      const { title } = section
      section.title = 'Renamed'
      return () => Object.assign(section, { title })
    },
  ],
]

describe.each(holds)('%s', (code, begin) => {
  it('keeps scenes, fan-outs, what a sweep and a comparison find, and continues with all of it', async () => {
    await using app = await startTestEngine({
      scenes: 5,
      settings: { reconcile_interval: 'daily', plex_library: 'Scenes' },
    })
    await app.hookAll(5)
    await app.settled()
    const end = begin(app)
    for (const id of [1, 2, 3]) app.stash.actions.updateScene(id, { title: `New ${id}` })
    await app.hookAll(3)
    // Scene 4 is recognised by its studio, scene 5 by nothing.
    app.stash.actions.updateScene(5, { details: 'Silent' })
    const studio = app.stash.library.studio('Studio')
    app.stash.actions.renameStudio(studio.id, 'Renamed')
    await app.hook(studio.id, { type: 'Studio.Update.Post', fields: ['name'] })
    await app.pass(26 * hour)
    expect(await app.deadLetters()).toEqual([])
    expect((await app.call('getStatus')).waiting_for).toMatchObject({ code })
    expect(app.notices.map(({ kind }) => kind)).toEqual([code === 'token_refused' ? 'auth' : 'waiting'])
    expect(app.logs.filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(2)
    const { rows } = await app.call('listActivity', { limit: 50, offset: 0 })
    expect(rows.every(({ attempts }) => attempts === 0)).toBe(true)
    end()
    const isOver = async () => (await app.call('getStatus')).waiting_for === null
    await app.until(async () => app.text(5, 'summary') === 'Silent' && (await isOver()), 26 * hour)
    await app.settled()
    expect([1, 2, 3].map((id) => app.text(id, 'title'))).toEqual(['New 1', 'New 2', 'New 3'])
    expect([1, 2, 3, 4, 5].map((id) => app.text(id, 'studio'))).toEqual(Array(5).fill('Renamed'))
    expect(app.text(5, 'summary')).toBe('Silent')
    expect(await isOver()).toBe(true)
  })
})

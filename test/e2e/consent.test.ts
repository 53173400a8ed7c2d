/** Promise 9: nothing is written to Plex before Start, except for the scene that the user asks for by its id. */
import { describe, expect, it } from 'vitest'
import type { RequestOf } from '../../shared/contract.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const longMs = 2 * 60 * 60_000
/** The change probe would make hours of test time long. */
const rarely = { stash_poll_seconds: 3600 }

/** What keeps nothing: a hook, a sweep's find, a comparison, a sync of all, a pick. */
async function askForEverything(app: TestEngine): Promise<void> {
  await app.hookAll(3)
  await app.call('pickMatch', { scene_id: '1', rating_key: String(app.keys[0]) })
  await app.call('startReconcile', { scope: 'all' })
  await app.quiesce()
  await app.call('enqueueScenes', { scope: 'all' })
  await app.quiesce()
}

describe('before the setup is finished', () => {
  it('keeps every change without an attempt, reports that, and writes nothing for hours', async () => {
    await using app = await startTestEngine({ inSetup: true, settings: { reconcile_interval: 'daily', ...rarely } })
    await askForEverything(app)
    await app.pass(longMs)

    expect(app.writes()).toBe(0)
    const status = await app.call('getStatus')
    expect(status).toMatchObject({ state: 'setup', setup_finished: false, queue: { ready: 3, in_progress: 0 } })
    expect(status.waiting_for).toEqual({
      code: 'setup',
      values: { kept: 3 },
      since: expect.stringMatching(/^\d{4}-/),
      text: 'Setup not finished: 3 changes are kept',
    })
    const { rows } = await app.call('listActivity')
    expect(rows.map(({ attempts, state }) => [attempts, state])).toEqual(Array(3).fill([0, 'ready']))
    // A dry run reads, and is what the last step shows.
    const { plans } = await app.call('planScenes', { selection: { scope: 'all' } })
    expect(plans).toHaveLength(3)
    expect(app.writes()).toBe(0)
  })

  it('starts no scheduled comparison: what it finds would be written with Start', async () => {
    await using app = await startTestEngine({ inSetup: true, settings: { reconcile_interval: 'hourly', ...rarely } })
    await app.pass(5 * 60 * 60_000)
    expect((await app.call('getReconcile')).run).toBeNull()
    await app.call('finishSetup', { library: 'new' })
    await app.pass(2 * 60 * 60_000)
    expect((await app.call('getReconcile')).run).toMatchObject({ state: 'done' })
  })

  it('writes the scene that is asked for, and no other', async () => {
    await using app = await startTestEngine({ inSetup: true })
    await app.hookAll(3)
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['2'] })
    expect(await app.call('processQueue')).toMatchObject({ processed: 1, synced: 1, remaining: 2, stopped_by: 'setup' })
    expect([1, 2, 3].map((scene) => app.text(scene, 'title'))).toEqual([
      expect.not.stringMatching(/^Scene 1$/),
      'Scene 2',
      expect.not.stringMatching(/^Scene 3$/),
    ])
    expect(await app.call('getStatus')).toMatchObject({ state: 'setup', plex: { can_write: true } })
  })

  it('is no consent for the next change of that scene, but lets it be taken back', async () => {
    await using app = await startTestEngine({ inSetup: true, settings: rarely })
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['2'] })
    await app.until(() => app.text(2, 'studio') === 'Studio')
    app.stash.actions.updateScene(2, { details: 'Changed since.' })
    await app.hook(2)
    await app.pass(longMs)
    expect(app.text(2, 'summary')).toBe('About scene 2')

    const { changes } = await app.call('undoScene', { scene_id: '2' })
    expect(changes).not.toEqual([])
    expect(app.text(2, 'studio')).toBe('')
    await app.pass(longMs)
    expect(app.text(2, 'studio')).toBe('')
  })

  it('retries what was asked for while a server was down', async () => {
    await using app = await startTestEngine({ inSetup: true })
    await app.plex.down()
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['3'] })
    await app.hook(1)
    await app.pass(60_000)
    await app.restart(() => app.plex.up())
    await app.until(async () => (await app.lastJob(3))?.state === 'synced')
    expect(await app.lastJob(1)).toMatchObject({ state: 'ready', attempts: 0 })
  })
})

describe('Start', () => {
  it.each(['all', 'new'] as const)('releases what was kept (%s), and holds over a restart', async (library) => {
    await using app = await startTestEngine({ inSetup: true })
    await app.hook(1)
    await app.pass(60_000)
    expect(app.writes()).toBe(0)
    await app.restart()
    await app.pass(60_000)
    expect(app.writes()).toBe(0)

    expect(await app.call('finishSetup', { library })).toMatchObject({ setup_finished: true })
    await app.until(() => app.text(1, 'title') === 'Scene 1')
    await app.restart()
    await app.hook(2)
    await app.until(() => app.text(2, 'title') === 'Scene 2')
    expect(await app.call('getStatus')).toMatchObject({ state: 'idle', waiting_for: null })
  })

  it('is refused while something is missing', async () => {
    await using app = await startTestEngine({ inSetup: true, settings: { stash_url: '' } })
    expect(await app.tryCall('finishSetup', { library: 'all' })).toMatchObject({
      ok: false,
      fault: { code: 'not_configured' },
    })
  })

  it('is not taken back by going through the setup again', async () => {
    await using app = await startTestEngine({ inSetup: true })
    await app.call('finishSetup', { library: 'all' })
    await app.call('saveSettings', { values: { plex_url: app.plex.url.replace('127.0.0.1', 'localhost') } })
    await app.hook(1)
    await app.until(() => app.text(1, 'title') === 'Scene 1')
  })
})

describe('future changes only', () => {
  it('lets a scheduled comparison list the library without enqueuing it, until everything is asked for', async () => {
    const settings = { reconcile_interval: 'hourly', reconcile_scope: 'all', ...rarely }
    await using app = await startTestEngine({ inSetup: true, settings })
    await app.call('finishSetup', { library: 'new' })
    await app.hook(2)
    await app.pass(longMs)
    expect([1, 2, 3].map((scene) => app.text(scene, 'studio'))).toEqual(['', 'Studio', ''])
    const { run } = await app.call('getReconcile')
    expect(run).toMatchObject({ state: 'done', enqueued: 0 })
    const { rows } = await app.call('listGaps', { id: run?.id ?? 0 })
    expect(rows.map(({ scene_id, skipped }) => [scene_id, skipped])).toEqual([
      ['1', 'only_new'],
      ['3', 'only_new'],
    ])
    // A change since then is wanted, also where nothing but the comparison finds it.
    await app.stop()
    app.stash.actions.updateScene(3, { details: 'Changed since.' })
    await app.restart()
    await app.pass(longMs)
    expect(app.text(3, 'studio')).toBe('Studio')
    expect(app.text(1, 'studio')).toBe('')

    await app.call('enqueueScenes', { scope: 'all' })
    await app.pass(60_000)
    expect(app.text(1, 'studio')).toBe('Studio')
  })
})

describe('consent without the window', () => {
  type Step = (app: TestEngine) => Promise<unknown>
  const save =
    (by: 'window' | 'command', ...names: ('plex_url' | 'plex_token' | 'stash_url' | 'max_retries')[]): Step =>
    (app) => {
      const all = { plex_url: app.plex.url, plex_token: app.plex.token, stash_url: app.stash.url, max_retries: 6 }
      const values = Object.fromEntries(names.map((name) => [name, all[name]]))
      return app.call('saveSettings', { values, by } satisfies RequestOf<'saveSettings'>)
    }
  const importFile: Step = async (app) => {
    const all = { plex_url: app.plex.url, plex_token: app.plex.token, stash_url: app.stash.url }
    return app.call('importSettings', { document: JSON.stringify(all), by: 'command' })
  }
  const empty = { plex_url: '', plex_token: '', stash_url: '' }

  it.each<[string, boolean, Step[]]>([
    ['all three by commands', true, [save('command', 'plex_url', 'plex_token', 'stash_url')]],
    [
      'one after the other',
      true,
      [save('command', 'stash_url'), save('command', 'plex_url'), save('command', 'plex_token')],
    ],
    ['a file', true, [importFile]],
    ['all three in the window', false, [save('window', 'plex_url', 'plex_token', 'stash_url')]],
    ['one of them in the window', false, [save('command', 'plex_url', 'plex_token'), save('window', 'stash_url')]],
    ['the window last', false, [save('command', 'plex_url'), save('window', 'plex_token', 'stash_url')]],
    ['one command within the setup', false, [save('window', 'plex_url', 'plex_token'), save('command', 'stash_url')]],
    ['another setting', false, [save('window', 'plex_url', 'plex_token', 'stash_url'), save('command', 'max_retries')]],
    ['two of them', false, [save('command', 'plex_url', 'stash_url')]],
  ])('%s: %s', async (_what, isConsent, steps) => {
    await using app = await startTestEngine({ inSetup: true, settings: empty })
    for (const step of steps) await step(app)
    await app.hook(1)
    await app.pass(60_000)
    expect((await app.call('getStatus')).setup_finished).toBe(isConsent)
    expect(app.writes() > 0).toBe(isConsent)
  })

  it('a Stash2Plex import within the setup is none', async () => {
    await using app = await startTestEngine({ inSetup: true, settings: { plex_url: '', plex_token: '' } })
    app.stash.plugins.configure('Stash2Plex', { plex_url: app.plex.url, plex_token: app.plex.token })
    await app.call('importFromStash2Plex', { dry_run: false })
    await app.hook(1)
    await app.pass(60_000)
    expect(app.writes()).toBe(0)
    expect(await app.call('getStatus')).toMatchObject({ state: 'setup', plex: { configured: true } })
  })
})

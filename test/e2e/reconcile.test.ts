/** Comparing the two libraries: what counts as a gap, what is enqueued, and that enqueued gaps are really closed. */
import { describe, expect, it } from 'vitest'
import { type Libraries, metadata, startLibraries } from './libraries.ts'

const kinds = (rows: { kind: string; scene_id: string | null }[]) =>
  rows.map(({ kind, scene_id }) => [kind, scene_id]).sort((a, b) => String(a[1]).localeCompare(String(b[1])))

const noGaps = { missing: 0, empty: 0, stale: 0, drifted: 0, unknown_to_stash: 0 }

describe('a first comparison', () => {
  it('shows missing, empty and unknown files from listings alone', async () => {
    await using libraries = await startLibraries()
    const empty = libraries.addScene('empty', metadata)
    const missing = libraries.addScene('missing', metadata, false)
    const bare = libraries.addScene('without metadata')
    const noFile = libraries.addScene('no file', { ...metadata, files: [] }, false)
    libraries.plex.library.addItem({ section: 1, file: '/media/only in plex.mp4' })
    await libraries.open({ start: false })
    libraries.plex.requests.reset()
    const { run, rows } = await libraries.reconcile()

    expect(run).toMatchObject({
      state: 'done',
      scenes_checked: 4,
      scenes_total: 4,
      plex_items: libraries.plex.library.items.size,
      enqueued: 2,
      skipped: { already_queued: 0, no_metadata: 1, no_file: 1 },
    })
    expect(run.gaps).toEqual({ missing: 2, empty: 1, stale: 0, drifted: 0, unknown_to_stash: 1 })
    expect(rows.find((row) => row.scene_id === empty.sceneId)).toMatchObject({
      kind: 'empty',
      rating_key: String(empty.ratingKey),
      enqueued: true,
      skipped: null,
      changes: expect.arrayContaining([{ field: 'studio', before: null, after: 'Studio' }]),
    })
    expect(rows.find((row) => row.scene_id === missing.sceneId)).toMatchObject({ kind: 'missing', enqueued: true })
    expect(rows.find((row) => row.scene_id === noFile.sceneId)).toMatchObject({ kind: 'missing', skipped: 'no_file' })
    expect(rows.find((row) => row.scene_id === bare.sceneId)).toBeUndefined()
    expect(rows.find((row) => row.path === '/media/only in plex.mp4')).toMatchObject({
      kind: 'unknown_to_stash',
      skipped: 'unknown_to_stash',
    })
    expect(libraries.plex.requests.count({ label: 'metadata' })).toBe(0)
    expect(run.requests).toEqual({ stash: 2, plex: libraries.plex.requests.total })
    expect(libraries.lines).toContainEqual(
      expect.stringContaining(
        '[PlexSync Reconcile] Skipped (no Stash metadata yet): 1 - add studio/performers/tags/date/details to allow sync',
      ),
    )
  })

  it('writes what it enqueued, and then finds nothing', async () => {
    await using libraries = await startLibraries()
    const scenes = ['a', 'b', 'c'].map((name) => libraries.addScene(name, metadata))
    await libraries.open({ start: false })
    expect((await libraries.reconcile()).run.enqueued).toBe(3)
    expect(await libraries.drain()).toMatchObject({ synced: 3, remaining: 0 })
    for (const { ratingKey } of scenes) expect(libraries.plex.library.item(ratingKey).text.studio).toBe('Studio')
    libraries.plex.requests.reset()
    expect((await libraries.reconcile()).run).toMatchObject({ gaps: noGaps, enqueued: 0 })
    expect(libraries.plex.requests.count({ label: 'metadata' })).toBe(0)
  })

  it('finds items equal that something else has filled, and reads them only once', async () => {
    await using libraries = await startLibraries()
    const { ratingKey } = libraries.addScene('filled', { ...metadata, title: 'filled' })
    libraries.plex.library.editByPerson(ratingKey, {
      text: { title: 'filled', studio: 'Studio', summary: 'What it is about.', originallyAvailableAt: '2023-05-01' },
      tags: { genre: ['Alpha', 'Beta', 'Gamma'], actor: ['One', 'Two', 'Three', 'Four'], collection: ['Studio'] },
    })
    await libraries.open({ start: false })
    expect((await libraries.reconcile()).run.gaps).toEqual(noGaps)
    libraries.plex.requests.reset()
    expect((await libraries.reconcile()).run.gaps).toEqual(noGaps)
    expect(libraries.plex.requests.count({ label: 'metadata' })).toBe(0)
  })

  it('a dry run enqueues nothing; its gaps can be enqueued afterwards, also those that are switched off', async () => {
    await using libraries = await startLibraries({ settings: { reconcile_missing: 'false' } })
    libraries.addScene('a', metadata)
    libraries.addScene('b', metadata, false)
    libraries.addScene('c', {}, false)
    await libraries.open({ start: false })
    const { run, rows } = await libraries.reconcile('all', true)
    expect(run).toMatchObject({ dry_run: true, enqueued: 0, gaps: { ...noGaps, empty: 1, missing: 2 } })
    expect(rows.map((row) => row.skipped)).toEqual([null, 'switched_off', 'no_metadata'])
    expect(await libraries.call('enqueueGaps', { id: run.id })).toEqual({
      scenes: 3,
      enqueued: 2,
      skipped: { no_file: 0, no_metadata: 1, already_queued: 0, filtered: 0 },
    })
    expect((await libraries.call('getStatus', {})).queue.ready).toBe(2)
    const again = await libraries.reconcile()
    expect(again.run.skipped.already_queued).toBe(1)
  })
})

describe('after a sync', () => {
  async function synced(names: readonly string[], settings: Record<string, string> = {}): Promise<Libraries> {
    const libraries = await startLibraries({ settings })
    for (const name of names) libraries.addScene(name, metadata)
    await libraries.open({ start: false })
    await libraries.syncAll()
    return libraries
  }

  it('finds what was changed in Stash without a hook as stale, and writes it', async () => {
    await using libraries = await synced(['a', 'b'])
    libraries.stash.library.time.now()
    const scene = libraries.stash.library.scene(1)
    scene.details = 'Another text.'
    scene.updated_at = libraries.stash.library.time.text(Date.now() + 5_000)
    const { run, rows } = await libraries.reconcile()
    expect(run.gaps).toEqual({ ...noGaps, stale: 1 })
    expect(rows[0]).toMatchObject({
      scene_id: '1',
      changes: [{ field: 'summary', before: 'What it is about.', after: 'Another text.' }],
      enqueued: true,
    })
    await libraries.drain()
    expect(libraries.plex.library.item(1001).text.summary).toBe('Another text.')
  })

  it('finds a renamed performer, though no scene was bumped', async () => {
    await using libraries = await synced(['a'])
    libraries.stash.library.performer('One').name = 'First'
    const { run, rows } = await libraries.reconcile()
    expect(run.gaps).toEqual({ ...noGaps, stale: 1 })
    expect(rows[0]?.changes.map(({ field }) => field)).toEqual(['performers'])
  })

  it('finds what was changed in Plex as drifted, and the merge decides', async () => {
    await using libraries = await synced(['a', 'b'])
    libraries.plex.library.editByPerson(1001, { text: { summary: 'Somebody’s text.' } })
    const { run, rows } = await libraries.reconcile()
    expect(run.gaps).toEqual({ ...noGaps, drifted: 1 })
    expect(rows[0]).toMatchObject({
      kind: 'drifted',
      changes: [{ field: 'summary', before: 'Somebody’s text.', after: 'What it is about.' }],
    })
    await libraries.drain()
    expect(libraries.plex.library.item(1001).text.summary).toBe('What it is about.')
  })

  it('leaves the user’s edit alone with preserve_plex_edits', async () => {
    await using libraries = await synced(['a'], { preserve_plex_edits: 'true' })
    libraries.plex.library.editByPerson(1001, { text: { summary: 'Somebody’s text.' } })
    expect((await libraries.reconcile()).run).toMatchObject({ gaps: noGaps, enqueued: 0 })
  })

  it('finds a file that was moved without a new updated_at', async () => {
    await using libraries = await synced(['a', 'b'])
    libraries.stash.actions.moveFileByApi(1, '/data/a.mp4', '/data/sorted/a.mp4')
    libraries.plex.library.removeItem(1001)
    const moved = libraries.plex.library.addItem({ section: 1, file: '/media/sorted/a.mp4' })
    const { run, rows } = await libraries.reconcile()
    expect(kinds(rows)).toEqual([['empty', '1']])
    expect(run.enqueued).toBe(1)
    await libraries.drain()
    expect(moved.text.studio).toBe('Studio')
  })

  it('does not bring up again what is in the dead letters and has not changed', async () => {
    await using libraries = await startLibraries({ settings: { skip_not_found: 'false', strict_matching: 'true' } })
    const { sceneId } = libraries.addScene('x', { ...metadata, files: ['/elsewhere/name.mp4'] }, false)
    libraries.plex.library.addItem({ section: 1, file: '/media/one/name.mp4' })
    libraries.plex.library.addItem({ section: 1, file: '/media/two/name.mp4' })
    await libraries.open({ start: false })
    expect((await libraries.reconcile()).run.enqueued).toBe(1)
    await libraries.drain()
    expect((await libraries.call('listDeadLetters', {})).rows).toHaveLength(1)
    const again = await libraries.reconcile()
    expect(again.run).toMatchObject({ enqueued: 0, skipped: { already_queued: 1 } })
    libraries.stash.library.scene(Number(sceneId)).updated_at = libraries.stash.library.time.text(Date.now() + 60_000)
    expect((await libraries.reconcile()).run.enqueued).toBe(1)
  })
})

describe('a scope', () => {
  it.each([0, -300, 330])(
    'of 24 hours looks at what changed in them, in Stash’s own offset (%i min)',
    async (offset) => {
      await using libraries = await startLibraries({ stash: { offsetMinutes: offset } })
      const now = Date.now()
      const hour = 3_600_000
      for (let scene = 0; scene < 40; scene++)
        libraries.addScene(`old ${scene}`, { ...metadata, updatedAt: now - 30 * 24 * hour })
      libraries.addScene('in', { ...metadata, updatedAt: now - 23 * hour })
      libraries.addScene('out', { ...metadata, updatedAt: now - 25 * hour })
      libraries.addScene('week', { ...metadata, updatedAt: now - 6 * 24 * hour })
      await libraries.open({ start: false })
      const day = await libraries.reconcile('24h', true)
      expect(day.rows.map(({ kind, path }) => [kind, path])).toEqual([['empty', '/data/in.mp4']])
      expect(day.run).toMatchObject({ scenes_checked: 1, scenes_total: 1 })
      expect((await libraries.reconcile('7days', true)).run.gaps.empty).toBe(3)
    },
  )
})

describe('what goes wrong', () => {
  it('says which server does not answer, and keeps what was found', async () => {
    await using libraries = await startLibraries()
    libraries.addScene('a', metadata)
    await libraries.open({ start: false })
    await libraries.plex.down()
    const { run } = await libraries.reconcile()
    expect(run).toMatchObject({ state: 'failed', enqueued: 0 })
    expect(run.problem).toContain('Plex')
  })

  it('has Stash count its scenes once, with the first page', async () => {
    await using libraries = await startLibraries()
    for (let scene = 0; scene < 900; scene++) libraries.addScene(`s${scene}`, {}, false)
    await libraries.open({ start: true })
    await libraries.line(/Baseline set/)
    libraries.stash.requests.reset()
    const { run } = await libraries.reconcile('all', true)
    expect(run).toMatchObject({ scenes_checked: 900, scenes_total: 900 })
    const pages = libraries.stash.requests.filter({}).filter(({ body }) => body.includes('query ScenePage'))
    expect(pages.map(({ body }) => body.includes('count'))).toEqual([true, false])
  })

  it('is cancelled between two pages; what is enqueued stays', async () => {
    await using libraries = await startLibraries()
    for (let scene = 0; scene < 900; scene++) libraries.addScene(`s${scene}`, metadata)
    await libraries.open({ start: false })
    const begun = await libraries.call('startReconcile', { scope: 'all', dry_run: false })
    await new Promise<void>((resolve) => {
      const end = libraries.engine.subscribe((event) => {
        if (event.name !== 'reconcile' || event.data.scenes_checked === 0) return
        end()
        resolve()
      })
    })
    const cancelled = await libraries.call('cancelReconcile', {})
    expect(cancelled).toMatchObject({ id: begun.id, state: 'cancelled' })
    expect(cancelled.enqueued).toBe(cancelled.scenes_checked)
    expect((await libraries.call('getStatus', {})).queue.ready).toBe(cancelled.enqueued)
  })

  it('continues after an interruption where it stopped', async () => {
    await using libraries = await startLibraries()
    for (let scene = 0; scene < 900; scene++) libraries.addScene(`s${scene}`, {}, false)
    await libraries.open({ start: true })
    await libraries.line(/Baseline set/)
    // Between two pages there is time to end it.
    libraries.stash.faults.latencyMs = 400
    const begun = await libraries.call('startReconcile', { scope: 'all', dry_run: false })
    await new Promise<void>((resolve) => {
      const end = libraries.engine.subscribe((event) => {
        if (event.name !== 'reconcile' || event.data.scenes_checked === 0) return
        end()
        resolve()
      })
    })
    await libraries.close()
    await libraries.open({ start: false })
    const { run: interrupted } = await libraries.call('getReconcile', { id: begun.id })
    expect(interrupted).toMatchObject({ state: 'interrupted' })
    expect(interrupted?.scenes_checked).toBeLessThan(900)
    await libraries.close()
    libraries.plex.requests.reset()
    libraries.stash.faults.latencyMs = 0
    await libraries.open({ start: true })
    const run = await libraries.reconciled(begun.id)
    expect(run).toMatchObject({ state: 'done', scenes_checked: 900, skipped: { no_metadata: 900 } })
    expect(run.gaps.missing).toBe(900)
    expect(libraries.plex.requests.count({ label: 'listing' })).toBe(0)
  })
})

/**
 * A household of edits in a real Stash (`npm run test:stash`), with PlexSync beside it, no plugin, and a simulated Plex: each
 * kind reaches Plex within 15 seconds, one that a scan finds within a minute. The simulated household with its clock is in
 * `test/e2e/week-of-edits.test.ts`.
 */
import { stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Engine } from '../../main/engine/engine.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { systemClock } from '../../main/engine/ports.ts'
import type { JobOrigin } from '../../shared/domain.ts'
import { openPlainEngine } from '../harness/plain-engine.ts'
import { tagNames } from '../harness/plex-item.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'
import { openStashTarget } from './open-stash-target.ts'
import type { StashTarget } from './stash-target.ts'

const never = new AbortController().signal

const url = process.env.PLEXSYNC_TEST_STASH ?? ''
/** Within 15 seconds on a machine at rest. */
const soon = 30_000
const afterScan = 60_000
const suffix = `household ${process.pid}`
const clips = ['edit.mp4', 'bulk.mp4', 'merged.mp4', 'moved.mp4', `Auto Player ${process.pid}.mp4`] as const

if (url === '')
  it('edits in a real Stash', ({ skip }) => skip('no Stash is named: see docs/compatibility.md (npm run test:stash)'))
else describe('edits in the Stash that was named', household)

function household(): void {
  let stash: StashTarget
  let plex: PlexServer
  let folder: TempFolder
  let engine: Engine | null = null
  const scenes = new Map<string, string>()
  const ids = { performer: '', studio: '', tag: '', other: '' }
  const scene = (clip: string): string => scenes.get(clip) ?? ''

  async function start(): Promise<void> {
    const log = await openLog({ folder: null, clock: systemClock, print: () => {}, printAll: false })
    let isLooked = () => {}
    const looked = new Promise<void>((resolve) => {
      isLooked = resolve
    })
    log.onLine(({ line }) => {
      if (line.includes('Looked for changes')) isLooked()
    })
    engine = openPlainEngine({
      dataFolder: folder.path,
      settings: {
        plex_url: plex.url,
        plex_token: plex.token,
        stash_url: url.replace(/\/+$/, ''),
        stash_api_key: process.env.PLEXSYNC_TEST_STASH_KEY ?? '',
        hook_token: 'hook-token-of-this-test',
        webhook_port: '0',
        quiet_time: '0',
        sync_poster: 'false',
        sync_collection: 'true',
        collections: 'group',
        debug_logging: 'true',
      },
      log,
    })
    const started = await engine.start()
    if (!started.ok) throw new Error(started.fault.message)
    await looked
  }

  async function addItem(clip: string): Promise<void> {
    const file = stash.pathOf(clip)
    plex.library.addItem({ section: 1, file: { file, size: (await stat(file)).size } })
  }

  /** What Plex shows of a clip. */
  function shown(clip: string): {
    title: string
    summary: string
    studio: string
    actors: string[]
    genres: string[]
    collections: string[]
  } {
    const [item] = plex.library.itemsByFile(stash.pathOf(clip))
    if (item === undefined) throw new Error(`Plex has no ${clip}`)
    const { title = '', summary = '', studio = '' } = item.text
    const [actors, genres, collections] = (['actor', 'genre', 'collection'] as const).map((kind) =>
      tagNames(item, kind),
    )
    return { title, summary, studio, actors: actors ?? [], genres: genres ?? [], collections: collections ?? [] }
  }

  const arrives = (clip: string, what: Partial<ReturnType<typeof shown>>, within = soon) =>
    expect.poll(() => shown(clip), { timeout: within, interval: 100 }).toMatchObject(what)

  async function mutate(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const response = await stash.graphql(query, variables)
    expect(response.errors).toEqual([])
    return response.data
  }

  const edit = (clip: string, values: Record<string, unknown>) =>
    mutate('mutation Edit($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }', {
      input: { id: scene(clip), ...values },
    })

  beforeAll(async () => {
    stash = await openStashTarget()
    const found = await stash.addClips(clips)
    for (const [at, clip] of clips.entries()) scenes.set(clip, found[at] ?? '')
    plex = await startPlexServer()
    plex.library.addSection({ title: 'Scenes', locations: ['/'] })
    for (const clip of clips) await addItem(clip)
    folder = await makeMemoryFolder('plexsync-edits-')
    await start()
  }, 180_000)

  afterAll(async () => {
    await engine?.close()
    await plex?.close()
    await folder?.close()
    await stash?.close()
  }, 180_000)

  it('an edit, with a new performer, studio and tag', async () => {
    ids.performer = await stash.createEntity('performer', `Ann ${suffix}`)
    ids.studio = await stash.createEntity('studio', `Studio ${suffix}`)
    ids.tag = await stash.createEntity('tag', `Tag ${suffix}`)
    ids.other = await stash.createEntity('tag', `Other ${suffix}`)
    const { performer, studio, tag } = ids
    await edit('edit.mp4', { title: 'One', performer_ids: [performer], studio_id: studio, tag_ids: [tag] })
    await arrives('edit.mp4', {
      title: 'One',
      actors: [`Ann ${suffix}`],
      studio: `Studio ${suffix}`,
      genres: [`Tag ${suffix}`],
    })
  }, 60_000)

  it('a second edit within the same second', async () => {
    await stash.nextSecond()
    await edit('edit.mp4', { details: 'First' })
    await edit('edit.mp4', { details: 'Second' })
    await arrives('edit.mp4', { summary: 'Second' })
  }, 60_000)

  it('a bulk edit', async () => {
    await mutate('mutation Bulk($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }', {
      input: {
        ids: [scene('bulk.mp4'), scene('merged.mp4'), scene('moved.mp4')],
        tag_ids: { ids: [ids.other], mode: 'ADD' },
      },
    })
    for (const clip of ['bulk.mp4', 'merged.mp4', 'moved.mp4']) await arrives(clip, { genres: [`Other ${suffix}`] })
  }, 60_000)

  it.each(['performer', 'studio', 'tag'] as const)(
    'a renamed %s',
    async (kind) => {
      await stash.renameEntity(kind, ids[kind], `Renamed ${kind} ${suffix}`)
      const name = `Renamed ${kind} ${suffix}`
      const what = { performer: { actors: [name] }, studio: { studio: name }, tag: { genres: [name] } }
      await arrives('edit.mp4', what[kind])
    },
    30_000,
  )

  it('merged tags', async () => {
    await stash.mergeTags(ids.other, [ids.tag])
    await arrives('edit.mp4', { genres: [`Other ${suffix}`] })
  }, 60_000)

  it('an auto-tag', async () => {
    const id = await stash.createEntity('performer', `Auto Player ${process.pid}`)
    await mutate('mutation Auto($input: AutoTagMetadataInput!) { metadataAutoTag(input: $input) }', {
      input: { performers: [id] },
    })
    await arrives(clips[4], { actors: [`Auto Player ${process.pid}`] })
  }, 60_000)

  it('a merge of scenes: the scene that is left writes to the items of both', async () => {
    await edit('bulk.mp4', { title: 'Kept' })
    await arrives('bulk.mp4', { title: 'Kept' })
    await stash.mergeScenes(scene('bulk.mp4'), [scene('merged.mp4')])
    await arrives('merged.mp4', { title: 'Kept' })
  }, 60_000)

  it('a file that a scan finds renamed', async () => {
    await edit('moved.mp4', { title: 'Moved' })
    await arrives('moved.mp4', { title: 'Moved' })
    await stash.renameClip('moved.mp4', 'elsewhere.mp4')
    // Plex takes the renamed file for a new one.
    plex.library.removeItem(plex.library.itemsByFile(stash.pathOf('moved.mp4'))[0]?.ratingKey ?? 0)
    await addItem('elsewhere.mp4')
    await arrives('elsewhere.mp4', { title: 'Moved' }, afterScan)
  }, 120_000)

  it('a new file', async () => {
    const [id = ''] = await stash.addClips(['new.mp4'])
    scenes.set('new.mp4', id)
    await addItem('new.mp4')
    await edit('new.mp4', { title: 'New', details: 'New' })
    await arrives('new.mp4', { title: 'New', summary: 'New' }, afterScan)
  }, 120_000)

  it('a deleted performer', async () => {
    await stash.destroyPerformer(ids.performer)
    await arrives('edit.mp4', { actors: [] })
  }, 60_000)

  it('a deleted tag', async () => {
    const id = await stash.createEntity('tag', `Gone ${suffix}`)
    await edit('edit.mp4', { tag_ids: [ids.other, id] })
    await arrives('edit.mp4', { genres: [`Other ${suffix}`, `Gone ${suffix}`] })
    await mutate('mutation Destroy($ids: [ID!]!) { tagsDestroy(ids: $ids) }', { ids: [id] })
    await arrives('edit.mp4', { genres: [`Other ${suffix}`] })
  }, 60_000)

  it('a renamed, then a deleted group', async () => {
    const Group = stash.minor >= 27 ? 'Group' : 'Movie'
    const group = Group.toLowerCase()
    const data = await mutate(
      `mutation Make($input: ${Group}CreateInput!) { made: ${group}Create(input: $input) { id } }`,
      { input: { name: `Group ${suffix}` } },
    )
    const { made } = z.object({ made: z.object({ id: z.string() }) }).parse(data)
    await edit('edit.mp4', { [`${group}s`]: [{ [`${group}_id`]: made.id }] })
    await arrives('edit.mp4', { collections: [`Group ${suffix}`] })
    await mutate(`mutation Rename($input: ${Group}UpdateInput!) { ${group}Update(input: $input) { id } }`, {
      input: { id: made.id, name: `Renamed group ${suffix}` },
    })
    await arrives('edit.mp4', { collections: [`Renamed group ${suffix}`] })
    await mutate(`mutation Destroy($input: ${Group}DestroyInput!) { ${group}Destroy(input: $input) }`, {
      input: { id: made.id },
    })
    await arrives('edit.mp4', { collections: [] })
  }, 120_000)

  it('what happened while PlexSync was off', async () => {
    await engine?.close()
    await edit('edit.mp4', { title: 'While away' })
    await stash.renameEntity('studio', ids.studio, `Studio again ${suffix}`)
    await stash.renameEntity('tag', ids.other, `Tag again ${suffix}`)
    await start()
    await arrives('edit.mp4', {
      title: 'While away',
      studio: `Studio again ${suffix}`,
      genres: [`Tag again ${suffix}`],
    })
  }, 60_000)

  it('each state was enqueued once, and none became a dead letter', async () => {
    const asked = await engine?.invoke('listActivity', { limit: 500, offset: 0 }, never)
    if (asked?.ok !== true) throw new Error('no activity')
    const byStash = new Set<JobOrigin>(['sweep', 'fan_out'])
    const unchanged = asked.value.rows.filter(({ detail, origin }) => byStash.has(origin) && /unchanged/.test(detail))
    expect(unchanged.map(({ scene_id, detail }) => `${scene_id}: ${detail}`)).toEqual([])
    expect(await engine?.invoke('listDeadLetters', {}, never)).toMatchObject({ value: { rows: [] } })
  })
}

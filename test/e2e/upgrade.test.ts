/** A data folder of an earlier release opens in this one, and everything in it continues. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { startApp } from '../harness/app-process.ts'
import { startPlexServer } from '../harness/plex-server.ts'
import { startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { addPair, startTestEngine, type TestEngine } from './test-engine.ts'

const dump = new URL('../fixtures/data-folder-1.0.0.sql', import.meta.url)
/** Written by 1.0.0 itself. */
const secrets = new URL('../fixtures/secrets-1.0.0.json', import.meta.url)
const odd = { file: '/media/odd name.mp4', size: 77 }

function writeDatabase(file: string): void {
  const db = new SqliteDatabase(file)
  db.exec(readFileSync(dump, 'utf8'))
  db.close()
}

/** The servers as 1.0.0 left them: four scenes written, one pick, one pick whose item is gone. */
async function afterUpgrade(): Promise<TestEngine> {
  const app = await startTestEngine({
    scenes: 4,
    started: false,
    settings: { preserve_plex_edits: true },
    prepareFolder: (folder) => writeDatabase(join(folder, 'plexsync.db')),
  })
  for (const [at, key] of app.keys.entries())
    app.plex.library.editByPerson(key, {
      text: {
        title: `Scene ${at + 1}`,
        studio: 'Studio',
        summary: at === 0 ? 'Changed once' : `About scene ${at + 1}`,
        originallyAvailableAt: '2024-05-06',
      },
      tags: { actor: ['Ann Lee'], genre: ['one', 'two'], collection: ['Studio'] },
    })
  app.stash.actions.updateScene(1, { details: 'Changed once' })
  app.plex.library.addItem({ section: 1, file: odd, text: { title: 'Odd', summary: 'Odd one' } })
  const { addScene } = app.stash.library
  const add = addScene.bind(app.stash.library)
  add({ title: 'Odd', details: 'Odd one', files: [{ path: '/odd/odd.mp4', size: 9 }] })
  add({ title: 'Nowhere', details: 'x', files: [] })
  add({ title: 'Alike', details: 'x', files: [{ path: '/elsewhere/odd name.mp4', size: 5 }] })
  add({ title: 'Gone', details: 'x', files: [{ path: '/gone/g.mp4', size: 10 }] })
  return app
}

describe('a data folder of 1.0.0', () => {
  it('keeps settings, dead letters, history, what can be undone, and the change that waits', async () => {
    await using app = await afterUpgrade()
    const { settings } = await app.call('listSettings')
    const value = (name: string) => settings.find((setting) => setting.name === name)?.value
    expect([value('max_retries'), value('tag_deny'), value('path_map')]).toEqual([3, 'hidden', '/data=>/media'])
    const dead = await app.deadLetters()
    expect(dead.map(({ scene_id, code }) => [scene_id, code]).sort()).toEqual([
      ['6', 'no_file_path'],
      ['7', 'low_confidence'],
    ])
    const { queue, dead_letters, needs_you } = await app.call('getStatus')
    expect([queue.ready + queue.delayed, dead_letters, needs_you]).toEqual([1, 2, 1])
    const story = await app.call('getScene', { scene_id: '1' })
    expect(story.items).toMatchObject([{ rating_key: '1001', file: '/media/scene 1.mp4', can_undo: true }])
    expect(story.jobs.map(({ state }) => state)).toEqual(['synced', 'synced'])
  })

  it('rewrites nothing, and still knows what it wrote', async () => {
    await using app = await afterUpgrade()
    await app.start()
    await app.hookAll(4)
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(await app.lastJob(2)).toMatchObject({ state: 'unchanged' })
    // Of 1.0.0's base: Stash no longer has it, so it is taken out; a name that the user added stays.
    app.plex.library.editByPerson(app.keys[1] ?? 0, { tags: { genre: ['one', 'two', 'theirs'] }, lock: false })
    app.stash.actions.updateScene(2, { details: '', tags: ['two'] })
    await app.hook(2)
    await app.settled()
    expect(app.text(2, 'summary')).toBe('')
    expect(app.tags(2, 'genre').sort()).toEqual(['theirs', 'two'])
  })

  it('takes back the last write of 1.0.0', async () => {
    await using app = await afterUpgrade()
    await app.start()
    await app.call('undoScene', { scene_id: '1' })
    expect(app.text(1, 'summary')).toBe('About scene 1')
  })

  it('keeps a pick whose file is known; one without it writes nothing and asks once', async () => {
    await using app = await afterUpgrade()
    await app.start()
    const stranger = app.plex.library.addItem({
      section: 1,
      ratingKey: 1006,
      file: { file: '/media/new.mp4', size: 6 },
    })
    app.stash.actions.updateScene(5, { title: 'Odd again' })
    for (const scene of [5, 8]) await app.hook(scene)
    await app.settled()
    expect(app.plex.library.itemsByFile(odd.file)[0]?.text.title).toBe('Odd again')
    expect(stranger.text.title).toBe('new')
    expect((await app.deadLetters()).find(({ scene_id }) => scene_id === '8')).toMatchObject({
      code: 'low_confidence',
      candidates: [{ rating_key: '1006' }],
    })
  })

  it('keeps a copy of the database as it was, which can be restored', async () => {
    await using app = await afterUpgrade()
    const copies = readdirSync(app.folder).filter((name) => name.includes('.before-v'))
    expect(copies).toHaveLength(1)
    await app.call('restoreBackup', { file: join(app.folder, copies[0] ?? '') })
    expect(await app.call('getStatus')).toMatchObject({ dead_letters: 2 })
  })

  it('keeps the secrets: a hook with its token is taken, and both servers let PlexSync in', async () => {
    await using plex = await startPlexServer({ token: 'plex-token-of-1.0.0' })
    await using stash = await startStashServer({ apiKey: 'stash-key-of-1.0.0' })
    await using folder = await makeTempFolder('plexsync-upgrade-')
    plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
    const key = addPair(plex, stash, 1)
    writeDatabase(folder.file('plexsync.db'))
    copyFileSync(secrets, folder.file('secrets.json'))
    await using app = await startApp({
      dataFolder: folder.path,
      environment: { PLEX_URL: plex.url, STASH_URL: stash.url },
    })
    const taken = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer hook-token-of-1.0.0' },
      body: JSON.stringify({ type: 'Scene.Update.Post', id: 1, inputFields: ['title'] }),
    })
    expect(taken.status).toBe(202)
    await app.call('processQueue', { timeout_seconds: 60 })
    expect(plex.library.item(key).text.title).toBe('Scene 1')
    expect(await app.call('getStatus')).toMatchObject({ circuit: { plex: 'closed', stash: 'closed' } })
  })
})

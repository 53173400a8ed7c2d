import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realClock } from '../../../test/harness/clock.ts'
import { type PlexServer, startPlexServer } from '../../../test/harness/plex-server.ts'
import { placeholderSvg, sampleJpeg } from '../../../test/harness/sample-images.ts'
import { type StashServer, startStashServer } from '../../../test/harness/stash-server.ts'
import { makeTempFolder, type TempFolder } from '../../../test/harness/temp-folder.ts'
import { createItemPosters, createPosterReader } from './item-posters.ts'
import { PictureCache } from './picture-cache.ts'
import { PictureFolder } from './picture-folder.ts'
import { Pictures } from './pictures.ts'
import { createSceneCovers } from './scene-covers.ts'

const minute = 60_000
const key = 'a-key-of-stash-0815'
const never = new AbortController().signal
const cover = (sceneId = 1) => ({ of: 'scene', sceneId: String(sceneId) }) as const
const poster = (ratingKey: number, width = 120) => ({ of: 'item', ratingKey: String(ratingKey), width }) as const

let stash: StashServer
let plex: PlexServer
let folder: TempFolder
let opened: Pictures[]
let passed = 0
let isAway = false
let shown: 'shown' | 'blurred' | 'hidden' = 'shown'

beforeEach(async () => {
  stash = await startStashServer({ apiKey: key })
  plex = await startPlexServer()
  plex.library.addSection({ title: 'Films', locations: ['/media'] })
  folder = await makeTempFolder('plexsync-pictures-')
  opened = []
  passed = 0
  isAway = false
  shown = 'shown'
})
afterEach(async () => {
  for (const pictures of opened) await pictures.close()
  await Promise.all([stash.close(), plex.close(), folder.close()])
})

/** The pictures of the folder, as a start of the engine opens them. */
function open(bound?: number): Pictures {
  const clock = { ...realClock, now: () => realClock.now() + passed }
  const timeouts = () => ({ connectMs: 5_000, readMs: 5_000 })
  const plexOptions = {
    address: () => ({ url: plex.url, token: plex.token }),
    timeouts,
    clock,
    clientIdentifier: 'test',
    version: '1.0.0',
  }
  const pictures = new Pictures({
    cache: new PictureCache(new PictureFolder(join(folder.path, 'pictures')), bound),
    covers: createSceneCovers({ address: () => ({ url: stash.url, apiKey: key }), timeouts, clock }),
    posters: createItemPosters(plexOptions),
    former: createPosterReader(plexOptions),
    settings: () => ({ pictures: shown, plex_url: plex.url, stash_url: stash.url }),
    mayAsk: () => !isAway,
    clock,
  })
  opened.push(pictures)
  return pictures
}
const addScene = (bytes: Buffer | null) => stash.library.addScene({ title: 'A scene', files: [], cover: bytes })
const addItem = () => plex.library.addItem({ section: 1, file: { file: '/media/a.mp4', size: 1 } })
const screenshots = () => stash.requests.filter({ label: 'screenshot' })

describe('a cover', () => {
  it('is read once while it is fresh; then Stash only says whether it is still the one', async () => {
    const scene = addScene(sampleJpeg('one'))
    const pictures = open()
    expect((await pictures.read(cover(), never))?.bytes).toEqual(sampleJpeg('one'))
    await pictures.read(cover(), never)
    expect(screenshots()).toHaveLength(1)
    passed += minute
    expect((await pictures.read(cover(), never))?.bytes).toEqual(sampleJpeg('one'))
    expect(screenshots().at(-1)?.status).toBe(304)
    stash.actions.generateCover(scene.id, sampleJpeg('two'))
    passed += minute
    expect((await pictures.read(cover(), never))?.bytes).toEqual(sampleJpeg('two'))
  })

  it.each([
    ['the placeholder of Stash', placeholderSvg],
    ['a page', Buffer.from('<html><body>not a picture</body></html>')],
    ['nothing', null],
  ])('is none if there is %s', async (_what, bytes) => {
    addScene(bytes)
    expect(await open().read(cover(), never)).toBeNull()
  })

  it('is requested with the key in a header, and in no address', async () => {
    addScene(sampleJpeg('one'))
    await open().read(cover(), never)
    const [asked] = screenshots()
    expect(asked?.headers.apikey).toBe(key)
    expect(`${asked?.path}?${asked?.query}`).not.toContain(key)
  })

  it('larger than the bound of a picture is none', async () => {
    addScene(sampleJpeg('large', 9 * 1024 * 1024))
    expect(await open().read(cover(), never)).toBeNull()
  })
})

describe('a poster', () => {
  it('comes in the size it is shown in, and again only when its address changes', async () => {
    const item = addItem()
    const pictures = open()
    expect(await pictures.read(poster(item.ratingKey), never)).not.toBeNull()
    const [scaled] = plex.requests.filter({ label: 'transcode' })
    expect(scaled?.params.get('width')).toBe('120')
    expect(`${scaled?.query}`).not.toContain(plex.token)
    passed += minute
    await pictures.read(poster(item.ratingKey), never)
    expect(plex.requests.count({ label: 'transcode' })).toBe(1)
    await fetch(`${plex.url}/library/metadata/${item.ratingKey}/posters`, {
      method: 'POST',
      body: new Uint8Array(sampleJpeg('new')),
      headers: { 'X-Plex-Token': plex.token },
    })
    passed += minute
    expect((await pictures.read(poster(item.ratingKey), never))?.bytes).toEqual(sampleJpeg('new'))
  })

  it('of each row of a page takes one request for all addresses together', async () => {
    const items = Array.from({ length: 30 }, addItem)
    const pictures = open()
    await Promise.all(items.map(({ ratingKey }) => pictures.read(poster(ratingKey), never)))
    expect(plex.requests.count({ label: 'metadata' })).toBe(1)
    expect(plex.requests.count({ label: 'transcode' })).toBe(30)
  })

  it('comes as it is from a server whose transcoder fails', async () => {
    const item = addItem()
    plex.faults.status(500, { path: '/photo/*' })
    expect(await open().read(poster(item.ratingKey), never)).not.toBeNull()
  })

  it('that is elsewhere is not fetched', async () => {
    const item = addItem()
    item.shelves.posters.images = []
    item.shelves.posters.selected = null
    expect(await open().read(poster(item.ratingKey), never)).toBeNull()
    expect(plex.requests.count({ label: 'transcode' })).toBe(0)
  })
})

describe('the folder', () => {
  it('keeps pictures over a restart, for the user alone', async () => {
    addScene(sampleJpeg('one'))
    await open().read(cover(), never)
    await opened.at(-1)?.close()
    isAway = true
    expect((await open().read(cover(), never))?.bytes).toEqual(sampleJpeg('one'))
    expect(screenshots()).toHaveLength(1)
    if (process.platform === 'win32') return
    const path = join(folder.path, 'pictures')
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(path)) expect((await stat(join(path, name))).mode & 0o777).toBe(0o600)
  })

  it('holds no more than its bound; what was unused for longest goes first', async () => {
    for (const name of ['one', 'two', 'three']) addScene(sampleJpeg(name, 4_000))
    const pictures = open(10_000)
    for (const scene of [1, 2, 1, 3]) await pictures.read(cover(scene), never)
    isAway = true
    expect(await pictures.read(cover(2), never)).toBeNull()
    expect(await pictures.read(cover(1), never)).not.toBeNull()
    expect(await pictures.read(cover(3), never)).not.toBeNull()
    expect((await readdir(join(folder.path, 'pictures'))).length).toBe(2)
  })

  it('keeps equal pictures once, and no damaged one', async () => {
    for (let count = 0; count < 2; count++) addScene(sampleJpeg('same'))
    const pictures = open()
    await pictures.read(cover(1), never)
    await pictures.read(cover(2), never)
    const [name] = await readdir(join(folder.path, 'pictures'))
    expect(await readdir(join(folder.path, 'pictures'))).toHaveLength(1)
    await writeFile(join(folder.path, 'pictures', name ?? ''), 'cut off')
    isAway = true
    expect(await pictures.read(cover(1), never)).toBeNull()
  })

  it('is emptied on request, and starts with what an unknown hand left in it', async () => {
    await mkdir(join(folder.path, 'pictures'))
    await writeFile(join(folder.path, 'pictures', 'index.json'), '{"no": "index"}')
    addScene(sampleJpeg('one', 3_000))
    const pictures = open()
    await pictures.read(cover(), never)
    expect(await pictures.clear()).toEqual({ pictures: 1, bytes: 3_000 })
    await expect(readdir(join(folder.path, 'pictures'))).rejects.toThrow()
  })

  it('keeps copies for before and after under their own hash', async () => {
    const pictures = open()
    const hash = (await pictures.keep(sampleJpeg('before'))) ?? ''
    expect((await pictures.read({ of: 'kept', hash }, never))?.bytes).toEqual(sampleJpeg('before'))
    expect(await pictures.keep(placeholderSvg)).toBeNull()
  })
})

describe('no request is sent', () => {
  it('while pictures are hidden', async () => {
    addScene(sampleJpeg('one'))
    shown = 'hidden'
    expect(await open().read(cover(), never)).toBeNull()
    expect(screenshots()).toHaveLength(0)
  })

  it('for a picture that was scrolled away before its turn', async () => {
    addScene(sampleJpeg('one'))
    expect(await open().read(cover(), AbortSignal.abort())).toBeNull()
    expect(screenshots()).toHaveLength(0)
  })

  it('while the server is away', async () => {
    addScene(sampleJpeg('one'))
    isAway = true
    expect(await open().read(cover(), never)).toBeNull()
    expect(screenshots()).toHaveLength(0)
  })
})

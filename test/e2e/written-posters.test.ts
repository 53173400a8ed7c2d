/** Posters made from covers, as Plex gets them. */
import { createHash } from 'node:crypto'
import { loadImage } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import { paintedJpeg } from '../harness/painted-jpeg.ts'
import { imageOf } from '../harness/stash-library.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'
import { uploadedPosters } from './uploaded-posters.ts'

const picture = (width: number, height: number, colour = 'red'): Buffer => paintedJpeg(width, height, colour)

async function synced(app: TestEngine, change: { cover?: Buffer; title?: string }): Promise<void> {
  app.stash.actions.updateScene(1, change)
  await app.hook(1)
  await app.pass(3_000)
  // A poster is made in another process, which the test's clock does not move.
  while ((await app.lastJob(1))?.state === 'in_progress') await new Promise((resume) => setImmediate(resume))
  await app.settled()
}

async function sizeOf(bytes: Buffer | undefined): Promise<[number, number]> {
  const image = await loadImage(bytes ?? Buffer.alloc(0))
  return [image.width, image.height]
}

describe('poster_style', () => {
  it('fill: one upright poster per cover, never twice, and the cover itself when it is off again', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { sync_poster: true, poster_style: 'fill' } })
    const cover = picture(640, 360)
    await synced(app, { cover })
    expect(uploadedPosters(app)).toHaveLength(1)
    expect(await sizeOf(uploadedPosters(app)[0])).toEqual([1000, 1500])
    const writes = app.writes()
    await synced(app, {})
    expect(app.writes()).toBe(writes)
    await synced(app, { title: 'Another title' })
    expect(uploadedPosters(app)).toHaveLength(1)
    await synced(app, { cover: picture(640, 360, 'blue') })
    expect(uploadedPosters(app)).toHaveLength(2)
    await app.call('saveSettings', { values: { poster_style: 'cover' } })
    await synced(app, { cover })
    expect(
      createHash('sha1')
        .update(uploadedPosters(app)[2] ?? '')
        .digest('hex'),
    ).toBe(createHash('sha1').update(cover).digest('hex'))
  })

  it('an image that is refused costs one poster, is reported once, and locks nothing', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { sync_poster: true, poster_style: 'fill' } })
    await synced(app, { cover: picture(640, 360).subarray(0, 900), title: 'First' })
    expect(uploadedPosters(app)).toHaveLength(0)
    expect(app.text(1, 'title')).toBe('First')
    expect([...app.item(1).locked]).not.toContain('thumb')
    const logged = () => app.logs.filter(({ line }) => line.includes('it is cut off')).length
    expect(logged()).toBe(1)
    await synced(app, { title: 'Second' })
    expect(logged()).toBe(1)
    expect(app.text(1, 'title')).toBe('Second')
  })

  it('poster_from_group: the front image of the first group, and the cover for scenes without one', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { sync_poster: true, poster_from_group: true } })
    const front = picture(500, 740, 'green')
    app.stash.library.group('Series').image = imageOf(front)
    app.stash.actions.updateScene(1, { groups: ['Series'], cover: picture(640, 360) })
    await synced(app, {})
    expect(uploadedPosters(app)).toEqual([front])
  })
})

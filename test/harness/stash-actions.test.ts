import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { sampleJpeg } from './sample-images.ts'
import { StashActions } from './stash-actions.ts'
import { hookPayload } from './stash-hooks.ts'
import { StashLibrary } from './stash-library.ts'
import type { StashHook } from './stash-model.ts'
import { startStashServer } from './stash-server.ts'

/** Runs one action an hour after the scenes were made; says which hooks fired and which scenes were bumped. */
function run(action: (actions: StashActions) => StashHook[]): { hooks: string[]; bumped: number[] } {
  const clock = new ManualClock('2025-01-01T00:00:00Z')
  const library = new StashLibrary({ clock })
  const made = [1, 2].map((n) =>
    library.addScene({
      files: [`/data/${n}.mp4`],
      performers: ['Ada'],
      tags: ['one', 'two'],
      studio: 'Pine',
      groups: ['G'],
    }),
  )
  const before = new Map(made.map((scene) => [scene.id, scene.updated_at]))
  clock.jump(3_600_000)
  const hooks = action(new StashActions(library)).map((hook) => `${hook.type} ${hook.id}`)
  const bumped = [...library.scenes.values()].filter((scene) => before.get(scene.id) !== scene.updated_at)
  return { hooks, bumped: bumped.map((scene) => scene.id) }
}

test.each<[string, (actions: StashActions) => StashHook[], string[], number[]]>([
  ['an edit', (a) => a.updateScene(1, { title: 'x' }), ['Scene.Update.Post 1'], [1]],
  [
    'a bulk edit',
    (a) => a.bulkUpdateScenes([1, 2], { organized: true }),
    ['Scene.Update.Post 1', 'Scene.Update.Post 2'],
    [1, 2],
  ],
  ['auto-tag', (a) => a.autoTag(1, { tags: ['x'] }), [], [1]],
  ['a generated cover', (a) => a.generateCover(1, sampleJpeg(1)), [], [1]],
  ['a moved file', (a) => a.moveFile(1, '/data/1.mp4', '/data/x/1.mp4'), ['Scene.Update.Post 1'], []],
  ['a file moved by the API', (a) => a.moveFileByApi(1, '/data/1.mp4', '/data/x/1.mp4'), [], []],
  ['a second file', (a) => a.addFile(1, '/data/1b.mp4'), ['Scene.Update.Post 1'], [1]],
  ['a merge', (a) => a.mergeScenes(1, [2]), [], [1]],
  ['an assigned file', (a) => a.assignFile(1, '/data/2.mp4', 2), [], []],
  ['playing', (a) => a.play(1), [], []],
  ['a marker', (a) => a.addMarker(1), ['SceneMarker.Create.Post 1'], []],
  ['a destroyed scene', (a) => a.destroyScene(1), ['Scene.Destroy.Post 1'], []],
  ['a renamed performer', (a) => a.renamePerformer(1, 'Eda'), ['Performer.Update.Post 1'], []],
  ['a renamed studio', (a) => a.renameStudio(1, 'Fir'), ['Studio.Update.Post 1'], []],
  ['a renamed group', (a) => a.renameGroup(1, 'H'), ['Group.Update.Post 1'], []],
  ['merged tags', (a) => a.mergeTags(1, [2]), ['Tag.Merge.Post 1'], []],
  ['a destroyed tag', (a) => a.destroyTag(1), ['Tag.Destroy.Post 1'], []],
])('%s', (_name, action, hooks, bumped) => {
  expect(run(action)).toEqual({ hooks, bumped })
})

test('a new file becomes a scene without a title, and its hook has no input', () => {
  const library = new StashLibrary()
  const actions = new StashActions(library)
  actions.putOnDisk('/data/new.mp4')
  const { scenes, hooks } = actions.scan()
  expect(scenes[0]).toMatchObject({ title: '', cover: null })
  expect(hooks).toEqual([{ type: 'Scene.Create.Post', id: 1, input: null, inputFields: null }])
  expect(hooks.map((hook) => hookPayload(hook, 'hookContext'))).toEqual([
    { hookContext: { id: 1, type: 'Scene.Create.Post', input: null } },
  ])
})

test('the input of an update has every key, and the cover as a data URL', () => {
  const library = new StashLibrary()
  library.addScene({})
  const [hook] = new StashActions(library).updateScene(1, { title: 'x', tags: ['t'], cover: sampleJpeg(1) })
  expect(hook?.input).toMatchObject({ id: '1', title: 'x', details: null, tag_ids: ['1'] })
  expect((hook?.input as { cover_image?: string } | undefined)?.cover_image).toMatch(/^data:image\/jpeg;base64,/)
  expect(hook?.inputFields).toEqual(['title', 'tag_ids', 'cover_image', 'id'])
  expect(hook && hookPayload(hook)).toEqual({ type: 'Scene.Update.Post', id: 1, inputFields: hook?.inputFields })
})

test('connected hooks are posted in order; a listener that is gone fails nothing', async () => {
  const bodies: unknown[] = []
  const listener = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      bodies.push([request.headers.authorization, JSON.parse(text)])
      response.writeHead(202).end()
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  await using stash = await startStashServer()
  for (let n = 0; n < 3; n++) stash.library.addScene({})
  stash.connectHooks({ url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`, token: 'secret' })
  stash.actions.bulkUpdateScenes([1, 2, 3], { organized: true })
  await stash.hooksDelivered()
  expect(bodies).toEqual(
    [1, 2, 3].map((id) => ['Bearer secret', { type: 'Scene.Update.Post', id, inputFields: ['organized', 'ids'] }]),
  )
  listener.closeAllConnections()
  await new Promise((resolve) => listener.close(resolve))
  stash.actions.updateScene(1, { title: 'x' })
  await stash.hooksDelivered()
})

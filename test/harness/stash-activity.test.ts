import { afterEach, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { type StashServer, type StashServerOptions, startStashServer } from './stash-server.ts'
import { askStash, at } from './test-requests.ts'

let stash: StashServer
afterEach(() => stash.close())

async function start(options: StashServerOptions = {}): Promise<void> {
  stash = await startStashServer({ clock: new ManualClock('2026-03-01T20:00:00Z'), ...options })
  stash.library.addScene({ title: 'A walk', files: ['/data/a.mp4'] })
}

async function change(field: string): Promise<{ value: unknown; errors: unknown; status: number }> {
  const { json, status } = await askStash(stash, `mutation { ${field} }`)
  return { value: at(json, 'data', field.split('(')[0] ?? ''), errors: at(json, 'errors', 0, 'message'), status }
}
const add = (times: string, id = 1) => change(`sceneAddPlay(id: ${id}, times: [${times}]) { count history }`)
const remove = (times: string) => change(`sceneDeletePlay(id: 1, times: [${times}]) { count history }`)

test('adding keeps whole seconds in UTC, equal ones too, newest first, and leaves hook and stamp alone', async () => {
  await start()
  const before = stash.library.scene(1).updated_at
  await add('"2026-02-01T10:00:00.123+01:00"')
  expect((await add('"2026-02-01T09:00:00Z", "2026-02-03T09:00:00Z"')).value).toEqual({
    count: 3,
    history: ['2026-02-03T09:00:00Z', '2026-02-01T09:00:00Z', '2026-02-01T09:00:00Z'],
  })
  const { json } = await askStash(stash, '{ findScene(id: 1) { play_count last_played_at play_history updated_at } }')
  expect(at(json, 'data', 'findScene')).toMatchObject({ play_count: 3, last_played_at: '2026-02-03T09:00:00Z' })
  expect(stash.library.scene(1).updated_at).toBe(before)
})

test('deleting takes one row of exactly that second; without times the newest', async () => {
  await start()
  await add('"2026-02-01T09:00:00Z", "2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z"')
  expect((await remove('"2026-02-01T09:00:01Z"')).value).toMatchObject({ count: 3 })
  expect((await remove('"2026-02-01T09:00:00Z"')).value).toMatchObject({ count: 2 })
  expect((await remove('')).value).toMatchObject({ history: ['2026-02-01T09:00:00Z'] })
})

test('an unknown scene is 200 with the database’s own words', async () => {
  await start()
  expect(await add('"2026-02-01T09:00:00Z"', 99)).toMatchObject({
    status: 200,
    errors: 'FOREIGN KEY constraint failed',
  })
})

test('the resume time is set, the duration is added', async () => {
  await start()
  await change('sceneSaveActivity(id: 1, resume_time: 30, playDuration: 5)')
  await change('sceneSaveActivity(id: 1, resume_time: 0, playDuration: 5)')
  expect(stash.library.scene(1)).toMatchObject({ resume_time: 0, play_duration: 10 })
})

test.each([
  ['0.24', [422, 422, 200]],
  ['0.25', [200, 422, 200]],
  ['0.26', [200, 422, 200]],
  ['0.27', [200, 200, 200]],
] as const)('%s knows what it has', async (version, expected) => {
  await start({ version })
  const responses = [
    await add('"2026-02-01T09:00:00Z"'),
    await change('sceneResetActivity(id: 1, reset_resume: true)'),
    await change('sceneSaveActivity(id: 1, resume_time: 1)'),
  ]
  expect(responses.map(({ status }) => status)).toEqual(expected)
})

test('newer sources fire an update whose fields are only activity', async () => {
  await start({ activityHooks: true })
  const fired: unknown[] = []
  stash.actions.onHooks = (hooks) => fired.push(...hooks)
  await add('"2026-02-01T09:00:00Z"')
  expect(fired).toMatchObject([
    { type: 'Scene.Update.Post', id: 1, inputFields: ['play_count', 'play_history', 'last_played_at', 'id'] },
  ])
})

test('a history may be shown in the server’s own zone', async () => {
  await start({ historyZone: 'local', offsetMinutes: -210 })
  await add('"2026-02-01T09:00:00Z"')
  const { json } = await askStash(stash, '{ findScene(id: 1) { play_history } }')
  expect(at(json, 'data', 'findScene', 'play_history')).toEqual(['2026-02-01T05:30:00-03:30'])
})

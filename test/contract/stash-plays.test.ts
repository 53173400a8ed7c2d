/**
 * What bringing plays back relies on: the play history of a scene, the resume point and the rating, as each version of Stash
 * has them. Against a real Stash (`npm run test:stash`) only clips that these tests made are touched.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStashTarget } from './open-stash-target.ts'
import { SimulatedStash } from './stash-simulated.ts'
import type { StashTarget } from './stash-target.ts'

interface Watched {
  readonly updated_at: string
  readonly play_count: number
  readonly play_history: readonly string[]
  readonly last_played_at: string | null
  readonly resume_time: number | null
  readonly play_duration: number | null
  readonly rating100: number | null
}

let stash: StashTarget
let sceneId = ''

async function data<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
  const response = await stash.graphql(query, variables)
  expect(response.errors).toEqual([])
  return response.data as T
}

async function watched(): Promise<Watched> {
  const { findScene } = await data<{ findScene: Watched }>(
    `query Watched($id: ID!) { findScene(id: $id) {
       updated_at play_count play_history last_played_at resume_time play_duration rating100 } }`,
    { id: sceneId },
  )
  return findScene
}

async function change(field: 'sceneAddPlay' | 'sceneDeletePlay', times: readonly string[]): Promise<readonly number[]> {
  const { result } = await data<{ result: { count: number; history: string[] } }>(
    `mutation Change($id: ID!, $times: [Timestamp!]) { result: ${field}(id: $id, times: $times) { count history } }`,
    { id: sceneId, times },
  )
  expect(result.count).toBe(result.history.length)
  return result.history.map(secondOf)
}
const secondOf = (text: string): number => Math.floor(Date.parse(text) / 1000)
const text = (second: number): string => new Date(second * 1000).toISOString().replace('.000Z', 'Z')
const early = 1_700_000_000
const late = early + 86_400

const targets: readonly (readonly [string, () => Promise<StashTarget>])[] =
  (process.env.PLEXSYNC_TEST_STASH ?? '') === ''
    ? (['0.25', '0.26', '0.27', '0.28', '0.29', '0.30'] as const).map((version) => [
        `the simulated Stash ${version}`,
        () => SimulatedStash.open(version),
      ])
    : [['the Stash that was named', openStashTarget]]

describe.each(targets)('%s', (_name, open) => {
  beforeAll(async () => {
    stash = await open()
    sceneId = (await stash.addClips(['plays.mp4']))[0] ?? ''
  }, 120_000)
  afterAll(() => stash?.close(), 120_000)

  const before25 = () => stash.minor < 25
  const reason = 'this Stash keeps no play history'

  it('adds one row per time, equal ones too, and returns the whole history, newest first, in whole seconds', async ({
    skip,
  }) => {
    skip(before25(), reason)
    expect(await change('sceneAddPlay', [text(late)])).toEqual([late])
    expect(await change('sceneAddPlay', [text(early), text(early)])).toEqual([late, early, early])
    expect(await change('sceneAddPlay', [`${text(early + 5).slice(0, -1)}.789Z`])).toEqual([
      late,
      early + 5,
      early,
      early,
    ])
    const scene = await watched()
    expect(scene.play_history.map(secondOf)).toEqual([late, early + 5, early, early])
    expect(scene.play_count).toBe(4)
    expect(secondOf(scene.last_played_at ?? '')).toBe(late)
  })

  it('takes a time in another zone as the same moment', async ({ skip }) => {
    skip(before25(), reason)
    const local = `${new Date((early + 60 + 5.5 * 3600) * 1000).toISOString().slice(0, 19)}+05:30`
    expect(await change('sceneAddPlay', [local])).toContain(early + 60)
    expect(await change('sceneDeletePlay', [text(early + 60)])).not.toContain(early + 60)
  })

  it('takes out one row of exactly that second', async ({ skip }) => {
    skip(before25(), reason)
    expect(await change('sceneDeletePlay', [text(early)])).toEqual([late, early + 5, early])
    expect(await change('sceneDeletePlay', [text(early + 1)])).toEqual([late, early + 5, early])
    expect(await change('sceneDeletePlay', [text(early + 5), text(early)])).toEqual([late])
  })

  it('takes an empty list for the newest row: never send one', async ({ skip }) => {
    skip(before25(), reason)
    await change('sceneAddPlay', [text(early)])
    expect(await change('sceneDeletePlay', [])).toEqual([early])
    expect(await change('sceneDeletePlay', [text(early)])).toEqual([])
  })

  it('leaves the stamp of the scene as it was', async ({ skip }) => {
    skip(before25(), reason)
    const { updated_at } = await watched()
    await stash.nextSecond()
    await change('sceneAddPlay', [text(early)])
    await change('sceneDeletePlay', [text(early)])
    await data('mutation Save($id: ID!) { sceneSaveActivity(id: $id, resume_time: 3) }', { id: sceneId })
    expect((await watched()).updated_at).toBe(updated_at)
  })

  it('answers 200 with an error for a scene that is not there', async ({ skip }) => {
    skip(before25(), reason)
    const { status, errors } = await stash.graphql(
      'mutation Add($id: ID!, $times: [Timestamp!]) { sceneAddPlay(id: $id, times: $times) { count } }',
      { id: '999999999', times: [text(early)] },
    )
    expect(status).toBe(200)
    expect(errors[0]?.message).toMatch(/foreign key/i)
  })

  it('sets the resume point, and leaves the played duration alone where none is sent', async () => {
    const { play_duration } = await watchedOf24()
    await data('mutation Save($id: ID!, $at: Float) { sceneSaveActivity(id: $id, resume_time: $at) }', {
      id: sceneId,
      at: 61.5,
    })
    const scene = await watchedOf24()
    expect(scene.resume_time).toBeCloseTo(61.5)
    expect(scene.play_duration ?? 0).toBe(play_duration ?? 0)
    await data('mutation Save($id: ID!, $at: Float) { sceneSaveActivity(id: $id, resume_time: $at) }', {
      id: sceneId,
      at: 0,
    })
    expect((await watchedOf24()).resume_time ?? 0).toBe(0)
  })

  it('takes a rating from 1 to 100, clears it by null, and moves the stamp for it', async () => {
    const before = await watchedOf24()
    await stash.nextSecond()
    const rate = (rating100: number | null) =>
      data('mutation Rate($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }', {
        input: { id: sceneId, rating100 },
      })
    await rate(85)
    const rated = await watchedOf24()
    expect(rated.rating100).toBe(85)
    expect(rated.updated_at).not.toBe(before.updated_at)
    await rate(null)
    expect((await watchedOf24()).rating100).toBe(null)
  })
})

/** Without the fields that 0.25 brought. */
async function watchedOf24(): Promise<Omit<Watched, 'play_history'>> {
  const { findScene } = await data<{ findScene: Watched }>(
    'query Watched($id: ID!) { findScene(id: $id) { updated_at resume_time play_duration rating100 } }',
    { id: sceneId },
  )
  return findScene
}

describe('Stash 0.24', () => {
  it('has neither a history nor plays with a date, but resume points and ratings', async () => {
    await using old = await disposable(SimulatedStash.open('0.24'))
    const [id = ''] = await old.addClips(['old.mp4'])
    const add = await old.graphql('mutation { sceneAddPlay(id: "1", times: []) { count } }')
    expect(add.errors[0]?.code).toBe('GRAPHQL_VALIDATION_FAILED')
    const history = await old.graphql('query ($id: ID!) { findScene(id: $id) { play_history } }', { id })
    expect(history.errors[0]?.code).toBe('GRAPHQL_VALIDATION_FAILED')
    const save = await old.graphql('mutation ($id: ID!) { sceneSaveActivity(id: $id, resume_time: 4) }', { id })
    expect(save.errors).toEqual([])
  })
})

async function disposable(opened: Promise<SimulatedStash>): Promise<SimulatedStash & AsyncDisposable> {
  const stash = await opened
  return Object.assign(stash, { [Symbol.asyncDispose]: () => stash.close() })
}

/**
 * What the client relies on, as the simulated Stash has it and as a real one must have it: `npm run test:stash` runs these
 * tests against the Stash that the user names. Results: docs/compatibility.md.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  changeProbeQuery,
  changeProbeSchema,
  changeProbeVariables,
  entitiesQuery,
  type ProbeReading,
  type ProbeRequest,
  wholeProbe,
} from '../../main/engine/stash/change-probe.ts'
import {
  dialectQuery,
  dialectSchema,
  sceneCountQuery,
  sceneFilesQuery,
  sceneIdsQuery,
  scenesByIdQuery,
  scenesByIdVariables,
} from '../../main/engine/stash/queries.ts'
import { type SceneChoice, sceneChoiceFilter } from '../../main/engine/stash/scene-choice.ts'
import { noNeeds, type SceneNeeds } from '../../main/engine/stash/scene-needs.ts'
import { lastLogTimeQuery } from '../../main/engine/stash/server-reader.ts'
import { offsetOf } from '../../main/engine/stash/stamp.ts'
import { openStashTarget } from './open-stash-target.ts'
import { SimulatedStash } from './stash-simulated.ts'
import type { StashTarget } from './stash-target.ts'

/** Every field that any setting can ask for: each must exist in the server's schema. */
const allNeeds = Object.fromEntries(Object.keys(noNeeds).map((name) => [name, true])) as unknown as SceneNeeds

let stash: StashTarget
let scenes: string[]
const suffix = `contract ${process.pid}`

beforeAll(async () => {
  stash = await openStashTarget()
  scenes = await stash.addClips(['one.mp4', 'two_a.mp4', 'three.mp4', 'four.mp4'])
}, 120_000)
afterAll(() => stash?.close(), 120_000)

async function data<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
  const response = await stash.graphql(query, variables)
  expect(response.errors).toEqual([])
  return response.data as T
}

const scene = (at: number): string => scenes[at] ?? ''

async function stampOf(id: string): Promise<string> {
  const { findScene } = await data<{ findScene: { updated_at: string } }>(
    'query Stamp($id: ID!) { findScene(id: $id) { updated_at } }',
    { id },
  )
  return findScene.updated_at
}

async function dialect() {
  return dialectSchema.parse(await data(dialectQuery))
}

async function probe(request: ProbeRequest = wholeProbe): Promise<ProbeReading> {
  const response = await data(changeProbeQuery(await dialect(), request), changeProbeVariables(request))
  return changeProbeSchema(request).parse(response)
}

describe('requests', () => {
  it('are answered as JSON with the Date of the server', async () => {
    const { status, contentType, date } = await stash.graphql('{ version { version } }')
    expect(status).toBe(200)
    expect(contentType).toMatch(/^application\/json/)
    expect(Number.isFinite(date)).toBe(true)
  })

  it('that do not fit the schema are refused with 422 or 400 and the code of a validation', async () => {
    const { status, errors } = await stash.graphql('{ noSuchField }')
    expect([400, 422]).toContain(status)
    expect(errors[0]?.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('show the state of the database', async () => {
    expect(await data('{ systemStatus { status os } }')).toMatchObject({ systemStatus: { status: 'OK' } })
  })

  it('with a wrong key are refused: 401, up to 0.25 a 500', async () => {
    const { status } = await stash.graphql('{ version { version } }', {}, { ApiKey: 'not-the-key' })
    expect(status).toBe(stash.minor <= 25 ? 500 : 401)
  })
})

describe('scenes by id', () => {
  it('come in the order asked for', async () => {
    const asked = [scene(2), scene(0)]
    const names = await dialect()
    const response = await data<{ findScenes: { scenes: { id: string }[] } }>(
      scenesByIdQuery(names, allNeeds),
      scenesByIdVariables(names, asked),
    )
    expect(response.findScenes.scenes.map(({ id }) => id)).toEqual(asked)
  })

  it('fail as a whole where one is missing, and the answer names it', async () => {
    const names = await dialect()
    const { status, errors } = await stash.graphql(
      scenesByIdQuery(names, allNeeds),
      scenesByIdVariables(names, [scene(0), '99999999']),
    )
    expect(status).toBe(200)
    expect(errors[0]?.message).toMatch(/scene with id 99999999 not found/i)
  })
})

describe('pages and filters', () => {
  it('per_page 0 only counts, -1 is everything', async () => {
    const query = 'query Page($n: Int!) { findScenes(filter: { per_page: $n }) { count scenes { id } } }'
    const none = await data<{ findScenes: { count: number; scenes: unknown[] } }>(query, { n: 0 })
    const all = await data<{ findScenes: { count: number; scenes: unknown[] } }>(query, { n: -1 })
    expect(none.findScenes.scenes).toEqual([])
    expect(all.findScenes.scenes).toHaveLength(none.findScenes.count)
  })

  it('a path EQUALS as LIKE does: letters of any case, and _ is any letter', async () => {
    const path = stash.pathOf('two_a.mp4').replace('two_a', 'TWO_A')
    const { findScenes } = await data<{ findScenes: { scenes: { id: string }[] } }>(
      'query Path($path: String!) { findScenes(scene_filter: { path: { value: $path, modifier: EQUALS } }) { scenes { id } } }',
      { path },
    )
    expect(findScenes.scenes.map(({ id }) => id)).toEqual([scene(1)])
  })

  it('ids above one come in order', async () => {
    const { findScenes } = await data<{ findScenes: { scenes: { id: string }[] } }>(
      `query After($id: Int!) { findScenes(filter: { sort: "id", direction: ASC, per_page: -1 },
        scene_filter: { id: { value: $id, modifier: GREATER_THAN } }) { scenes { id } } }`,
      { id: Number(scene(0)) },
    )
    const ids = findScenes.scenes.map(({ id }) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(ids.every((id) => id > Number(scene(0)))).toBe(true)
  })
})

/** Which of our scenes a choice holds, and whether Stash counts as many as it names. */
async function chosen(choice: SceneChoice, ours: readonly string[]): Promise<string[]> {
  const variables = { filter: { per_page: -1 }, scenes: sceneChoiceFilter(choice, 0) }
  const { findScenes } = await data<{ findScenes: { scenes: { id: string }[] } }>(sceneIdsQuery, variables)
  const counted = await data<{ findScenes: { count: number } }>(sceneCountQuery, { scenes: variables.scenes })
  const ids = findScenes.scenes.map(({ id }) => id)
  expect(counted.findScenes.count).toBe(ids.length)
  return ours.filter((id) => ids.includes(id))
}

describe('what a sync of everything chooses', () => {
  const ready = { kind: 'ready', organized: false, stashId: false, url: false } as const

  it('is recognised by filters: without a file, without metadata, and the rest, each scene in one of them', async () => {
    const bare = await stash.createScene(`Without a file ${suffix}`)
    const [performer, tag] = [
      await stash.createEntity('performer', `Of one ${suffix}`),
      await stash.createEntity('tag', `Of one ${suffix}`),
    ]
    const tagged = await stash.createEntity('tag', `Of three ${suffix}`)
    await stash.updateScene(scene(0), { performer_ids: [performer], tag_ids: [tag, tagged] })
    await stash.updateScene(scene(1), { details: 'Something to write' })
    await stash.updateScene(scene(2), { tag_ids: [tagged] })
    const ours = [...scenes, bare]
    expect(await chosen({ kind: 'no_file' }, ours)).toEqual([bare])
    expect(await chosen({ kind: 'no_metadata' }, ours)).toEqual([scene(3)])
    expect(await chosen(ready, ours)).toEqual([scene(0), scene(1), scene(2)])
    expect(await chosen({ kind: 'any' }, ours)).toEqual(ours)
  })

  it('knows organized scenes and those with an address', async () => {
    await stash.updateScene(scene(0), { organized: true })
    await stash.updateScene(scene(1), { organized: true, urls: ['https://example.org/one', 'https://example.org/two'] })
    expect(await chosen({ ...ready, organized: true }, scenes)).toEqual([scene(0), scene(1)])
    expect(await chosen({ ...ready, url: true }, scenes)).toEqual([scene(1)])
    expect(await chosen({ ...ready, organized: true, stashId: true }, scenes)).toEqual([])
  })
})

describe('stamps', () => {
  it('have whole seconds and an offset, and an edit moves them', async () => {
    const before = await stampOf(scene(0))
    expect(before).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/)
    await stash.nextSecond()
    await stash.updateScene(scene(0), { title: 'Edited' })
    expect(Date.parse(await stampOf(scene(0)))).toBeGreaterThan(Date.parse(before))
  })

  it('a second edit in the same second may leave the stamp as it was', async () => {
    await stash.nextSecond()
    await stash.updateScene(scene(0), { title: 'First' })
    const first = await stampOf(scene(0))
    await stash.updateScene(scene(0), { title: 'Second' })
    expect(Date.parse(await stampOf(scene(0))) - Date.parse(first)).toBeLessThanOrEqual(1_000)
  })

  it('are compared as text: what is above one, and what is below', async () => {
    await stash.nextSecond()
    const before = await stampOf(scene(1))
    await stash.updateScene(scene(1), { title: 'Newer' })
    const query = `query Since($value: String!, $modifier: CriterionModifier!) {
      findScenes(filter: { per_page: -1, sort: "updated_at", direction: DESC },
        scene_filter: { updated_at: { value: $value, modifier: $modifier } }) { scenes { id } } }`
    const now = await stampOf(scene(1))
    const above = await data<{ findScenes: { scenes: { id: string }[] } }>(query, {
      value: before,
      modifier: 'GREATER_THAN',
    })
    expect(above.findScenes.scenes[0]?.id).toBe(scene(1))
    const below = await data<{ findScenes: { scenes: { id: string }[] } }>(query, { value: now, modifier: 'LESS_THAN' })
    expect(below.findScenes.scenes.map(({ id }) => id)).not.toContain(scene(1))
  })

  it('a bulk edit moves the stamp of each scene', async () => {
    await stash.nextSecond()
    const before = await Promise.all(scenes.map(stampOf))
    await stash.bulkUpdateScenes([scene(2), scene(3)], { title: 'Bulk' })
    const after = await Promise.all(scenes.map(stampOf))
    expect(after.map((stamp, at) => stamp !== before[at])).toEqual([false, false, true, true])
  })

  it('a partial date is refused before 0.30', async () => {
    const { errors } = await stash.updateScene(scene(0), { date: '2021-06' })
    expect(errors.length > 0).toBe(stash.minor < 30)
  })
})

describe('the change probe', () => {
  it('answers counts and newest stamps of every kind in one document', async () => {
    await stash.nextSecond()
    await stash.updateScene(scene(3), { title: 'Newest' })
    const { scene: newest, file } = await probe()
    expect(newest.newest).toEqual({ id: scene(3), updatedAt: await stampOf(scene(3)) })
    expect(newest.count).toBeGreaterThanOrEqual(scenes.length)
    expect(file === null).toBe(stash.minor < 29)
  })

  it('below a stamp shows what is older, of every kind, and counts all', async () => {
    await stash.createEntity('studio', `Below ${suffix}`)
    await stash.createEntity('tag', `Below ${suffix}`)
    await stash.nextSecond()
    await stash.createEntity('performer', `Below ${suffix}`)
    await stash.updateScene(scene(3), { title: 'Newest of all' })
    const all = await probe()
    const below = all.scene.newest?.updatedAt ?? ''
    const older = await probe({ below, known: {} })
    expect(older.scene.newest?.id).not.toBe(scene(3))
    expect(older.performer.newest?.id).not.toBe(all.performer.newest?.id)
    expect(older.tag).toEqual(all.tag)
    for (const kind of ['scene', 'performer', 'studio', 'tag', 'group'] as const)
      expect(older[kind].count).toBe(all[kind].count)
    expect(older.file?.count).toBe(all.file?.count)
  })

  it('is beside the times of the log, the latest first, in the offset of new stamps', async () => {
    const { logs } = await data<{ logs: { time: string }[] }>(lastLogTimeQuery)
    const times = logs.map(({ time }) => Date.parse(time))
    expect(times.length).toBeGreaterThan(0)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    await stash.updateScene(scene(2), { title: 'In the offset of today' })
    expect(offsetOf(logs[0]?.time ?? '')).toBe(offsetOf(await stampOf(scene(2))))
  })

  it('from a known stamp on shows the newest as before, and a newer one', async () => {
    const before = await probe()
    const request = { below: null, known: { scene: before.scene, ...(before.file && { file: before.file }) } }
    expect(await probe(request)).toEqual(before)
    await stash.nextSecond()
    await stash.updateScene(scene(0), { title: 'Newer' })
    const after = await probe(request)
    expect(after.scene).toEqual({
      count: before.scene.count,
      newest: { id: scene(0), updatedAt: await stampOf(scene(0)) },
    })
    expect(after.file).toEqual(before.file)
    const later = { ...before.scene, newest: { id: scene(0), updatedAt: '2999-01-01T00:00:00Z' } }
    expect((await probe({ below: null, known: { scene: later } })).scene.newest).toBe(null)
  })

  it('shows a renamed performer by its own stamp; its scene keeps its own', async () => {
    const id = await stash.createEntity('performer', `Ada ${suffix}`)
    await stash.createEntity('performer', `Bea ${suffix}`)
    await stash.updateScene(scene(0), { performer_ids: [id] })
    const stamp = await stampOf(scene(0))
    await stash.nextSecond()
    await stash.renameEntity('performer', id, `Ada the Second ${suffix}`)
    expect((await probe()).performer.newest?.id).toBe(id)
    expect(await stampOf(scene(0))).toBe(stamp)
    const { found } = await data<{ found: { rows: { id: string; name: string }[] } }>(
      entitiesQuery('performer', await dialect(), noNeeds),
    )
    expect(found.rows.find((row) => row.id === id)?.name).toBe(`Ada the Second ${suffix}`)
  })

  it('shows a deleted performer by the count only', async () => {
    const id = await stash.createEntity('performer', `Cy ${suffix}`)
    await stash.updateScene(scene(0), { performer_ids: [id] })
    const stamp = await stampOf(scene(0))
    const before = await probe()
    await stash.nextSecond()
    await stash.destroyPerformer(id)
    expect((await probe()).performer.count).toBe(before.performer.count - 1)
    expect(await stampOf(scene(0))).toBe(stamp)
  })

  it('shows merged tags by the count; the scene keeps its stamp and carries the other tag', async () => {
    const [kept, merged] = [
      await stash.createEntity('tag', `Kept ${suffix}`),
      await stash.createEntity('tag', `Merged ${suffix}`),
    ]
    await stash.updateScene(scene(1), { tag_ids: [merged] })
    const stamp = await stampOf(scene(1))
    const before = await probe()
    await stash.nextSecond()
    await stash.mergeTags(kept, [merged])
    expect((await probe()).tag.count).toBe(before.tag.count - 1)
    expect(await stampOf(scene(1))).toBe(stamp)
    expect(await data('query Tags($id: ID!) { findScene(id: $id) { tags { id } } }', { id: scene(1) })).toEqual({
      findScene: { tags: [{ id: kept }] },
    })
  })

  it('shows a renamed file by the stamp of the file; the scene keeps its own', async () => {
    const before = await probe()
    const stamp = await stampOf(scene(2))
    await stash.nextSecond()
    await stash.renameClip('three.mp4', 'renamed.mp4')
    const after = await probe()
    if (stash.minor >= 29) expect(after.file?.newest?.updatedAt).not.toBe(before.file?.newest?.updatedAt)
    expect(await stampOf(scene(2))).toBe(stamp)
    expect(await data('query Files($id: ID!) { findScene(id: $id) { files { path } } }', { id: scene(2) })).toEqual({
      findScene: { files: [{ path: stash.pathOf('renamed.mp4') }] },
    })
  })

  it('shows a merged scene: the source is gone, the destination has a newer stamp', async () => {
    const before = await probe()
    await stash.nextSecond()
    await stash.mergeScenes(scene(1), [scene(3)])
    const after = await probe()
    expect(after.scene.count).toBe(before.scene.count - 1)
    expect(after.scene.newest?.id).toBe(scene(1))
  })
})

describe('scenes with several files', () => {
  it('are recognised by their number of files; a file that is given away moves no stamp', async () => {
    const bare = await stash.createScene(`For a file ${suffix}`)
    const byCount = async () => {
      const { findScenes } = await data<{ findScenes: { scenes: { id: string; files: { path: string }[] }[] } }>(
        sceneFilesQuery,
        { filter: { per_page: -1 }, scenes: { file_count: { value: 1, modifier: 'NOT_EQUALS' } } },
      )
      return new Map(findScenes.scenes.map(({ id, files }) => [id, files.length]))
    }
    const before = await byCount()
    expect([before.get(scene(1)), before.get(bare), before.get(scene(0))]).toEqual([2, 0, undefined])
    const stamps = [await stampOf(scene(1)), await stampOf(bare)]
    const { file } = await probe()
    await stash.nextSecond()
    await stash.assignClip('four.mp4', scene(1), bare)
    const after = await byCount()
    expect([after.get(scene(1)), after.get(bare)]).toEqual([undefined, undefined])
    expect([await stampOf(scene(1)), await stampOf(bare)]).toEqual(stamps)
    expect((await probe()).file?.newest?.updatedAt).toBe(file?.newest?.updatedAt)
  })
})

describe('covers', () => {
  it('have a tag that saves the transfer; where there is none a placeholder comes', async () => {
    const cover = await stash.get(`/scene/${scene(0)}/screenshot`)
    expect(cover.status).toBe(200)
    const type = cover.headers.get('content-type') ?? ''
    expect(type).toMatch(/^image\//)
    const tag = cover.headers.get('etag')
    if (type.startsWith('image/svg')) return
    expect((await stash.get(`/scene/${scene(0)}/screenshot`, { 'If-None-Match': tag ?? '' })).status).toBe(304)
  })
})

describe('another state', () => {
  it('while Stash waits for its migration, each query of the database answers 200 with an error', async ({ skip }) => {
    skip(!(stash instanceof SimulatedStash), 'needs a Stash before its migration; see docs/compatibility.md')
    if (!(stash instanceof SimulatedStash)) return
    stash.server.settings.status = 'NEEDS_MIGRATION'
    const asked = await stash.graphql('{ systemStatus { status } findScenes { count } }')
    const state = await stash.graphql('{ systemStatus { status } version { version } }')
    const cover = await stash.get(`/scene/${scene(0)}/screenshot`)
    stash.server.settings.status = 'OK'
    expect(asked).toMatchObject({ status: 200, data: null })
    expect(asked.errors[0]?.message).toMatch(/Internal system error|nil pointer/)
    expect(state.data).toMatchObject({ systemStatus: { status: 'NEEDS_MIGRATION' } })
    expect(cover.status).toBe(500)
  })
})

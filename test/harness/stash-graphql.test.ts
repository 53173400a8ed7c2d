import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { type StashServer, startStashServer } from './stash-server.ts'
import { askStash, at, getStash } from './test-requests.ts'

let stash: StashServer
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock('2025-03-01T12:00:00.750Z')
  stash = await startStashServer({ clock, offsetMinutes: -300 })
  for (const [n, title] of ['Alpha', 'beta', '', 'Delta_x'].entries()) {
    stash.library.addScene({
      title,
      date: n === 1 ? '2023-05' : null,
      files: [`/data/Set ${n}/clip_${n}.mp4`],
      studio: n < 2 ? 'Pine' : null,
      parentStudio: 'Tree',
      performers: n === 0 ? ['Ada', { name: 'Ada', disambiguation: 'II' }] : [],
      tags: n === 0 ? ['one', 'two'] : ['two'],
      groups: n === 3 ? ['Series'] : [],
    })
    await clock.advance(60_000)
  }
})
afterEach(() => stash.close())

async function ids(filter: string, find = ''): Promise<unknown> {
  const response = await askStash(
    stash,
    `{findScenes(scene_filter:{${filter}}${find && `,filter:{${find}}`}){scenes{id}}}`,
  )
  const scenes = at(response.json, 'data', 'findScenes', 'scenes') as { id: string }[] | undefined
  return scenes?.map((scene) => scene.id) ?? at(response.json, 'errors', 0, 'message')
}

test('a scene in full', async () => {
  const response = await askStash(
    stash,
    `{findScene(id:1){id title code details date rating100 organized updated_at last_played_at play_history
      files{id path basename size duration parent_folder{path} fingerprints{type value} fingerprint(type:"oshash")}
      paths{screenshot stream} studio{name parent_studio{name}} performers{name disambiguation image_path} tags{name}
      groups{group{name} scene_index} stash_ids{endpoint}}}`,
  )
  const { host } = new URL(stash.url)
  expect(at(response.json, 'data', 'findScene')).toMatchObject({
    id: '1',
    title: 'Alpha',
    code: '',
    details: '',
    date: null,
    updated_at: '2025-03-01T07:00:00-05:00',
    files: [{ path: '/data/Set 0/clip_0.mp4', basename: 'clip_0.mp4', parent_folder: { path: '/data/Set 0' } }],
    paths: {
      screenshot: expect.stringContaining(`http://${host}/scene/1/screenshot?t=`),
      stream: expect.stringContaining(`apikey=${stash.apiKey}`),
    },
    studio: { name: 'Pine', parent_studio: { name: 'Tree' } },
    performers: [
      { name: 'Ada', disambiguation: '' },
      { name: 'Ada', disambiguation: 'II' },
    ],
    tags: [{ name: 'one' }, { name: 'two' }],
    groups: [],
  })
})

test('an unknown scene is null, a bad id an error with partial data', async () => {
  const unknown = await askStash(stash, '{findScene(id:99){id}}')
  expect(unknown.json).toEqual({ data: { findScene: null } })
  const bad = await askStash(stash, '{findScene(id:"x"){id} version{version}}')
  expect([bad.status, at(bad.json, 'data')]).toEqual([200, { findScene: null, version: { version: 'v0.30.1' } }])
  expect(at(bad.json, 'errors', 0, 'path')).toEqual(['findScene'])
})

test('ids keep their order and ignore filters; one missing or repeated id fails the whole query', async () => {
  const ask = (list: string[]) =>
    askStash(stash, 'query($i:[ID!]){findScenes(ids:$i,filter:{per_page:1}){count scenes{id}}}', { i: list })
  expect(at((await ask(['3', '1'])).json, 'data', 'findScenes')).toEqual({
    count: 2,
    scenes: [{ id: '3' }, { id: '1' }],
  })
  for (const list of [
    ['1', '99'],
    ['1', '1'],
  ]) {
    const response = await ask(list)
    expect([response.status, at(response.json, 'data')]).toEqual([200, null])
    expect(at(response.json, 'errors', 0, 'message')).toMatch(/^scene with id \d+ not found$/)
  }
})

test('pages: 25 by default, 0 only counts, -1 is everything; an unknown sort is an error', async () => {
  for (let n = 0; n < 30; n++) stash.library.addScene({ title: `More ${n}` })
  const sizes = async (find: string) => {
    const response = await askStash(stash, `{findScenes(filter:{${find}}){count scenes{id}}}`)
    const found = at(response.json, 'data', 'findScenes') as { count: number; scenes: unknown[] } | null
    return found ? [found.count, found.scenes.length] : at(response.json, 'errors', 0, 'message')
  }
  expect(await sizes('')).toEqual([34, 25])
  expect(await sizes('per_page:0')).toEqual([34, 0])
  expect(await sizes('per_page:-1')).toEqual([34, 34])
  expect(await sizes('per_page:10,page:4')).toEqual([34, 4])
  expect(await sizes('sort:"colour"')).toBe('invalid sort: colour')
  expect(await ids('tag_count:{value:0,modifier:GREATER_THAN}', 'sort:"updated_at",direction:DESC')).toEqual([
    '4',
    '3',
    '2',
    '1',
  ])
})

test('moments are compared as text: a UTC value misses what a local one finds', async () => {
  const after = (value: string) => ids(`updated_at:{value:"${value}",modifier:GREATER_THAN}`)
  expect(await after('2025-03-01T07:00:30-05:00')).toEqual(['2', '3', '4'])
  expect(await after('2025-03-01T12:00:30Z')).toEqual([])
})

test('paths: EQUALS is LIKE, INCLUDES splits words, expressions', async () => {
  const path = (value: string, modifier: string) => ids(`path:{value:${JSON.stringify(value)},modifier:${modifier}}`)
  expect(await path('/DATA/set 0/CLIP_0.mp4', 'EQUALS')).toEqual(['1'])
  expect(await path('/data/Set_0/clip%', 'EQUALS')).toEqual(['1'])
  expect(await path('clip_1 clip_2', 'INCLUDES')).toEqual(['2', '3'])
  expect(await path('"Set 3"', 'INCLUDES')).toEqual(['4'])
  expect(await path('clip_[01]\\.mp4$', 'MATCHES_REGEX')).toEqual(['1', '2'])
  expect(await path('(', 'MATCHES_REGEX')).toMatch(/error parsing regexp/)
  const regex = await askStash(stash, '{findScenesByPathRegex(filter:{q:"CLIP_2"}){count}}')
  expect(at(regex.json, 'data', 'findScenesByPathRegex', 'count')).toBe(1)
})

test('criteria on entities, combinations, and only one of them per level', async () => {
  expect(await ids('performers:{value:["1"],modifier:INCLUDES}')).toEqual(['1'])
  expect(await ids('tags:{value:["2"],modifier:INCLUDES}')).toEqual(['1', '2', '3', '4'])
  const parent = [...stash.library.studios.values()].find((studio) => studio.name === 'Tree')
  expect(await ids(`studios:{value:["${parent?.id}"],modifier:INCLUDES}`)).toEqual([])
  expect(await ids(`studios:{value:["${parent?.id}"],modifier:INCLUDES,depth:-1}`)).toEqual(['1', '2'])
  expect(await ids('studios:{modifier:IS_NULL}')).toEqual(['3', '4'])
  expect(await ids('groups:{value:["1"],modifier:INCLUDES}')).toEqual(['4'])
  expect(await ids('title:{value:"alpha",modifier:EQUALS},OR:{title:{value:"BETA",modifier:EQUALS}}')).toEqual([
    '1',
    '2',
  ])
  expect(await ids('id:{value:2,modifier:LESS_THAN}')).toEqual(['1'])
  expect(await ids('OR:{organized:true},NOT:{organized:true}')).toMatch(/only have one of/)
  expect(await ids('files_filter:{basename:{value:"clip_3.mp4",modifier:EQUALS}}')).toEqual(['4'])
})

test('statuses: 422 for what does not validate, 400 with a wildcard Accept since 0.29', async () => {
  const unknown = await askStash(stash, '{findScene(id:1){colour}}')
  expect(unknown.status).toBe(422)
  expect(unknown.json).toMatchObject({ data: null, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
  expect(at((await askStash(stash, '{')).json, 'errors', 0, 'extensions', 'code')).toBe('GRAPHQL_PARSE_FAILED')
  expect((await askStash(stash, 'query($i:ID!){findScene(id:$i){id}}')).status).toBe(422)
  const wild = await askStash(stash, '{nope}', {}, { Accept: '*/*' })
  expect([wild.status, wild.headers.get('content-type')]).toEqual([400, 'application/graphql-response+json'])
  const text = await askStash(stash, '{version{version}}', {}, { 'Content-Type': 'text/plain' })
  expect([text.status, at(text.json, 'errors', 0, 'message')]).toEqual([400, 'transport not supported'])
  const batch = await fetch(`${stash.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ApiKey: stash.apiKey },
    body: '[{"query":"{version{version}}"}]',
  })
  expect(batch.status).toBe(400)
  const get = await getStash(stash, '/graphql?query=%7Bversion%7Bversion%7D%7D', { ApiKey: stash.apiKey })
  expect(get.status).toBe(200)
  await using old = await startStashServer({ version: '0.28' })
  expect((await askStash(old, '{nope}', {}, { Accept: '*/*' })).status).toBe(422)
})

test('the schema follows the version', async () => {
  const fields = async (version: '0.24' | '0.27' | '0.30', query: string) => {
    await using server = await startStashServer({ version })
    return (await askStash(server, query)).status
  }
  const groups = '{findScenes{scenes{groups{group{id}}}}}'
  const movies = '{findScenes{scenes{movies{movie{id}}}}}'
  expect([await fields('0.24', groups), await fields('0.27', groups), await fields('0.30', movies)]).toEqual([
    422, 200, 200,
  ])
  expect(await fields('0.24', '{findScenes{scenes{play_history}}}')).toBe(422)
  expect(await fields('0.24', '{findScenes{scenes{path}}}')).toBe(422)
  expect(await fields('0.27', '{findTags{tags{sort_name}}}')).toBe(422)
  expect(await fields('0.27', '{findScenes(scene_filter:{files_filter:{}}){count}}')).toBe(422)
  expect(await fields('0.30', '{__type(name:"Scene"){fields{name}}}')).toBe(200)
})

test('a proxy’s prefix is in front of everything', async () => {
  await using server = await startStashServer({ prefix: '/stash' })
  expect((await askStash(server, '{version{version}}')).status).toBe(200)
  const bare = await fetch(`${server.url.replace('/stash', '')}/graphql`)
  expect(bare.status).toBe(404)
})

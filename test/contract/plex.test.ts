/**
 * What the client relies on of Plex, as the simulated one has it and as a real one must have it: `npm run test:plex` runs
 * these tests against the Plex that the user names. One item of that library is edited, and put back as it was.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { openPlexTarget, type PlexTarget } from './plex-target.ts'

let plex: PlexTarget

beforeAll(async () => {
  plex = await openPlexTarget()
})
afterAll(() => plex?.close())

const headers = { Accept: 'application/json', 'X-Plex-Client-Identifier': 'plexsync-contract-test' }

function ask(path: string, more: { method?: string; headers?: Record<string, string>; token?: string } = {}) {
  const token = more.token ?? plex.token
  return fetch(`${plex.url}${path}`, {
    method: more.method ?? 'GET',
    redirect: 'manual',
    headers: { ...headers, ...(token === '' ? {} : { 'X-Plex-Token': token }), ...more.headers },
  })
}

const tag = z.object({ tag: z.string() })
const item = z.object({
  ratingKey: z.string(),
  title: z.string(),
  summary: z.string().optional(),
  Genre: z.array(tag).optional(),
  Field: z.array(z.object({ name: z.string(), locked: z.boolean().or(z.number()) })).optional(),
})
const container = z.object({
  MediaContainer: z.object({
    machineIdentifier: z.string().optional(),
    size: z.number(),
    totalSize: z.number().optional(),
    Directory: z.array(z.object({ key: z.string(), type: z.string(), title: z.string() })).optional(),
    Metadata: z.array(item).optional(),
  }),
})

async function read(path: string, more?: Parameters<typeof ask>[1]) {
  const response = await ask(path, more)
  expect(response.status).toBe(200)
  return container.parse(await response.json()).MediaContainer
}

async function section(): Promise<string> {
  const { Directory = [] } = await read('/library/sections')
  const found = Directory.find(({ title, type }) => title === plex.library && type === 'movie')
  if (found === undefined) throw new Error(`Plex has no movie-type library named ${plex.library}`)
  return found.key
}

async function firstItem() {
  const page = await read(`/library/sections/${await section()}/all?type=1`, { headers: page1 })
  const [first] = page.Metadata ?? []
  if (first === undefined) throw new Error(`The library ${plex.library} has no item`)
  return first
}
const page1 = { 'X-Plex-Container-Start': '0', 'X-Plex-Container-Size': '1' }

describe('reading', () => {
  it('/identity shows who the server is without a token', async () => {
    const response = await ask('/identity', { token: '' })
    expect(container.parse(await response.json()).MediaContainer.machineIdentifier).toMatch(/./)
  })

  it('a wrong token is refused with 401', async () => {
    expect((await ask('/library/sections', { token: 'not-a-token-of-this-server' })).status).toBe(401)
  })

  it('a listing comes in pages and shows its total size', async () => {
    const page = await read(`/library/sections/${await section()}/all?type=1`, { headers: page1 })
    expect(page.Metadata).toHaveLength(1)
    expect(page.size).toBe(1)
    expect(page.totalSize).toBeGreaterThanOrEqual(1)
  })

  it('several items are read in one request, and those that are gone are absent', async () => {
    const { ratingKey } = await firstItem()
    const found = await read(`/library/metadata/${ratingKey},999999999`)
    expect(found.Metadata?.map((one) => one.ratingKey)).toEqual([ratingKey])
  })
})

describe('editing', () => {
  it('one PUT on the section writes values with their locks, and they can be put back', async () => {
    const id = await section()
    const { ratingKey } = await firstItem()
    const look = async () => {
      const [one] = (await read(`/library/metadata/${ratingKey}`)).Metadata ?? []
      if (one === undefined) throw new Error('the item is gone')
      return one
    }
    const locked = (one: z.infer<typeof item>, name: string) =>
      (one.Field ?? []).some((field) => field.name === name && Boolean(field.locked))
    const put = async (values: Record<string, string>) => {
      const query = new URLSearchParams({ type: '1', id: ratingKey, ...values })
      const { status } = await ask(`/library/sections/${id}/all?${query}`, { method: 'PUT' })
      expect(status).toBe(200)
    }
    const before = await look()
    const genres = (before.Genre ?? []).map((one) => one.tag)
    try {
      await put({
        'summary.value': 'Written by the contract test & put back',
        'summary.locked': '1',
        'genre[0].tag.tag': 'Contract Test',
        'genre.locked': '1',
      })
      await expect
        .poll(async () => (await look()).Genre?.map((one) => one.tag) ?? [], { timeout: 10_000 })
        .toContain('Contract Test')
      const written = await look()
      expect(written.summary).toBe('Written by the contract test & put back')
      expect(locked(written, 'summary')).toBe(true)
      expect(locked(written, 'genre')).toBe(true)
      expect(written.title).toBe(before.title)
    } finally {
      await put({
        'summary.value': before.summary ?? '',
        'summary.locked': locked(before, 'summary') ? '1' : '0',
        ...(genres.includes('Contract Test') ? {} : { 'genre[].tag.tag-': 'Contract Test' }),
        ...Object.fromEntries(genres.map((name, at) => [`genre[${at}].tag.tag`, name])),
        'genre.locked': locked(before, 'genre') ? '1' : '0',
      })
    }
    await expect
      .poll(async () => (await look()).Genre?.map((one) => one.tag) ?? [], { timeout: 10_000 })
      .not.toContain('Contract Test')
    const after = await look()
    expect(after.summary ?? '').toBe(before.summary ?? '')
    expect(locked(after, 'summary')).toBe(locked(before, 'summary'))
  })
})

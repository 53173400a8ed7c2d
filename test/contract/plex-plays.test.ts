/**
 * What bringing plays back relies on: the play history, the accounts, and what an item shows of its views. Against a real Plex
 * (`npm run test:plex`) one item of the named library that was never watched or rated is marked and rated, and put back.
 */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import * as z from 'zod'
import { openPlexTarget, type PlexTarget } from './plex-target.ts'

let plex: PlexTarget

beforeAll(async () => {
  plex = await openPlexTarget()
})
afterAll(() => plex?.close())

const row = z.object({
  historyKey: z.string(),
  ratingKey: z.string().optional(),
  librarySectionID: z.string().or(z.number()).optional(),
  viewedAt: z.number(),
  accountID: z.number(),
})
const item = z.object({
  ratingKey: z.string(),
  viewCount: z.number().optional(),
  lastViewedAt: z.number().optional(),
  userRating: z.number().optional(),
})
const container = z.object({
  size: z.number(),
  totalSize: z.number().optional(),
  Metadata: z.array(z.unknown()).optional(),
  Account: z.array(z.object({ id: z.number(), name: z.string() })).optional(),
  Directory: z.array(z.object({ key: z.string(), type: z.string(), title: z.string() })).optional(),
})
type Container = z.infer<typeof container>

function send(path: string, more: RequestInit = {}): Promise<Response> {
  return fetch(`${plex.url}${path}`, {
    ...more,
    redirect: 'manual',
    headers: {
      Accept: 'application/json',
      'X-Plex-Client-Identifier': 'plexsync-contract-test',
      'X-Plex-Token': plex.token,
      'X-Plex-Container-Start': '0',
      'X-Plex-Container-Size': '50',
    },
  })
}

async function read(path: string): Promise<Container> {
  const response = await send(path)
  expect(response.status).toBe(200)
  return z.object({ MediaContainer: container }).parse(await response.json()).MediaContainer
}

async function put(path: string): Promise<void> {
  expect((await send(path, { method: 'PUT' })).status).toBe(200)
}

async function history(query = ''): Promise<{ readonly total: number; readonly rows: z.infer<typeof row>[] }> {
  const { size, totalSize, Metadata = [] } = await read(`/status/sessions/history/all?sort=viewedAt%3Aasc${query}`)
  return { total: totalSize ?? size, rows: z.array(row).parse(Metadata) }
}

/** The library, and an item of it that the owner has neither watched nor rated. */
async function untouched({ skip }: TestContext): Promise<{ readonly section: string; readonly ratingKey: string }> {
  const { Directory = [] } = await read('/library/sections')
  const section = Directory.find(({ title, type }) => title === plex.library && type === 'movie')?.key
  if (section === undefined) throw new Error(`Plex has no movie-type library named ${plex.library}`)
  const { Metadata = [] } = await read(`/library/sections/${section}/all?type=1`)
  const found = z
    .array(item)
    .parse(Metadata)
    .find(({ viewCount, userRating }) => (viewCount ?? 0) === 0 && userRating === undefined)
  if (found === undefined) skip('every item of the library was watched or rated')
  return { section, ratingKey: found?.ratingKey ?? '' }
}

async function itemOf(ratingKey: string): Promise<z.infer<typeof item>> {
  const { Metadata = [] } = await read(`/library/metadata/${ratingKey}`)
  return item.parse(Metadata[0])
}

/** Keys of the items that pass a filter of the section. */
async function passing(section: string, filter: string): Promise<readonly string[]> {
  const { Metadata = [] } = await read(`/library/sections/${section}/all?type=1&${filter}`)
  return z
    .array(item)
    .parse(Metadata)
    .map(({ ratingKey }) => ratingKey)
}

const identifier = 'identifier=com.plexapp.plugins.library'

describe('the play history', () => {
  it('comes oldest first, with moment, account and key of each row, and shows its total', async ({ skip }) => {
    const { total, rows } = await history()
    skip(rows.length === 0, 'this Plex has no history')
    expect(total).toBeGreaterThanOrEqual(rows.length)
    expect(rows.map(({ viewedAt }) => viewedAt)).toEqual(rows.map(({ viewedAt }) => viewedAt).toSorted((a, b) => a - b))
    for (const { historyKey, accountID } of rows) {
      expect(historyKey).toMatch(/^\/status\/sessions\/history\/\d+$/)
      expect(accountID).toBeGreaterThan(0)
    }
  })

  it('is cut by viewedAt>=, and is empty past the newest row', async ({ skip }) => {
    const { total, rows } = await history()
    const middle = rows[Math.floor(rows.length / 2)]
    skip(middle === undefined, 'this Plex has no history')
    const since = middle?.viewedAt ?? 0
    const cut = await history(`&viewedAt%3E=${since}`)
    expect(cut.rows.every(({ viewedAt }) => viewedAt >= since)).toBe(true)
    expect(cut.rows[0]?.viewedAt).toBe(since)
    expect(cut.total).toBeLessThanOrEqual(total)
    expect(await history(`&viewedAt%3E=${Math.floor(Date.now() / 1000) + 10 * 365 * 86_400}`)).toEqual({
      total: 0,
      rows: [],
    })
  })

  it('is narrowed to one library and to one item', async ({ skip }) => {
    const { rows } = await history()
    const one = rows.find(
      ({ ratingKey, librarySectionID }) => ratingKey !== undefined && librarySectionID !== undefined,
    )
    skip(one === undefined, 'this Plex has no history of an item that exists')
    const ofLibrary = await history(`&librarySectionID=${one?.librarySectionID}`)
    expect(new Set(ofLibrary.rows.map(({ librarySectionID }) => String(librarySectionID)))).toEqual(
      new Set([String(one?.librarySectionID)]),
    )
    const ofItem = await history(`&metadataItemID=${one?.ratingKey}`)
    expect(new Set(ofItem.rows.map(({ ratingKey }) => ratingKey))).toEqual(new Set([one?.ratingKey]))
  })
})

describe('accounts', () => {
  it('have numbers and names; 1 is the owner', async () => {
    const { Account = [] } = await read('/accounts')
    expect(Account.map(({ id }) => id)).toContain(1)
  })
})

describe('an item', () => {
  it('marked as watched counts a view with a date, writes no history row, and is found by the filters', async (test) => {
    const { section, ratingKey } = await untouched(test)
    const before = await history(`&metadataItemID=${ratingKey}`)
    try {
      await put(`/:/scrobble?key=${ratingKey}&${identifier}`)
      await expect.poll(async () => (await itemOf(ratingKey)).viewCount ?? 0, { timeout: 10_000 }).toBe(1)
      const { lastViewedAt = 0 } = await itemOf(ratingKey)
      expect(lastViewedAt).toBeGreaterThan(0)
      expect((await history(`&metadataItemID=${ratingKey}`)).total).toBe(before.total)
      expect(await passing(section, 'viewCount%3E%3E=0')).toContain(ratingKey)
      expect(await passing(section, `lastViewedAt%3E%3E=${lastViewedAt - 1}`)).toContain(ratingKey)
    } finally {
      await put(`/:/unscrobble?key=${ratingKey}&${identifier}`)
    }
    await expect.poll(async () => (await itemOf(ratingKey)).viewCount ?? 0, { timeout: 10_000 }).toBe(0)
    expect(await passing(section, 'viewCount%3E%3E=0')).not.toContain(ratingKey)
  })

  it('takes a rating from 0 to 10, is found by the filter, and loses it by -1', async (test) => {
    const { section, ratingKey } = await untouched(test)
    try {
      await put(`/:/rate?key=${ratingKey}&${identifier}&rating=7`)
      await expect.poll(async () => (await itemOf(ratingKey)).userRating, { timeout: 10_000 }).toBe(7)
      expect(await passing(section, 'userRating%3E%3E=0')).toContain(ratingKey)
    } finally {
      await put(`/:/rate?key=${ratingKey}&${identifier}&rating=-1`)
    }
    await expect.poll(async () => (await itemOf(ratingKey)).userRating, { timeout: 10_000 }).toBe(undefined)
    expect(await passing(section, 'userRating%3E%3E=0')).not.toContain(ratingKey)
  })
})

/** What people reported of values and requests that Plex refuses: the rest is written, the value is named, nothing is repeated. */
import { describe, expect, it } from 'vitest'
import type { RefusedValue } from '../harness/plex-edit.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const edits = (app: TestEngine): number => app.plex.requests.count({ method: 'PUT' })

/** One job of scene 1 after another way of putting it. */
async function edited(app: TestEngine, change: Parameters<TestEngine['stash']['actions']['updateScene']>[1]) {
  app.stash.actions.updateScene(1, change)
  await app.hook(1)
  await app.until(async () => /dead|synced|unchanged/.test((await app.lastJob(1))?.state ?? ''))
}

describe.each([400, 500])('one value answered %i', (status) => {
  const date: RefusedValue = { name: 'originallyAvailableAt', value: '2024-05-06', status }

  it('a date: the other fields are written, the date is named, and it is not sent again', async () => {
    await using app = await startTestEngine({ scenes: 1, plex: { refusedValues: [date] } })
    await edited(app, { title: 'New' })
    expect(app.text(1, 'title')).toBe('New')
    expect(app.text(1, 'studio')).toBe('Studio')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    expect(app.tags(1, 'actor')).toEqual(['Ann Lee'])
    expect(app.item(1).text.originallyAvailableAt ?? '').toBe('')
    expect(edits(app)).toBeLessThanOrEqual(12)
    const [letter] = await app.deadLetters()
    expect(letter).toMatchObject({
      code: 'value_refused',
      class: 'permanent',
      reason: expect.stringContaining(`date: Plex refuses '2024-05-06' (${status})`),
      values: { fields: ['date'], refused: ['2024-05-06'], status },
    })
    const story = await app.call('getScene', { scene_id: '1' })
    expect(story.items[0]?.kept).toMatchObject([{ field: 'date', code: 'refused', values: { value: '2024-05-06' } }])
    const written = story.timeline.flatMap(({ changes }) => changes.map(({ field }) => field))
    expect(written).toContain('title')
    expect(written).not.toContain('date')
    expect((await app.call('explainMatch', { scene_id: '1' })).kept).toMatchObject([{ field: 'date', code: 'refused' }])

    // A day of comparisons and another edit of the scene: the date is not tried, and the scene stays on the list.
    app.plex.requests.reset()
    await app.call('startReconcile', { scope: 'all', dry_run: false })
    await app.settled()
    expect(edits(app)).toBe(0)
    await edited(app, { details: 'Other' })
    expect(app.text(1, 'summary')).toBe('Other')
    expect(edits(app)).toBe(1)
    expect(await app.deadLetters()).toMatchObject([{ code: 'value_refused' }])
    await app.restart()
    await app.hook(1)
    await app.settled()
    expect(edits(app)).toBe(1)

    // Another value is another question.
    await edited(app, { date: '2024-05-07' })
    expect(app.item(1).text.originallyAvailableAt).toBe('2024-05-07')
    expect(await app.deadLetters()).toEqual([])
  })

  it('a date that Plex takes later: asked again by a retry', async () => {
    await using app = await startTestEngine({ plex: { refusedValues: [date] } })
    await edited(app, { title: 'New' })
    app.plex.settings.refusedValues = []
    await app.call('retryDeadLetters', { select: 'all' })
    await app.settled()
    expect(app.item(1).text.originallyAvailableAt).toBe('2024-05-06')
    expect(await app.deadLetters()).toEqual([])
  })

  it.each(['add', 'replace'] as const)(
    'one tag of many (%s): the others are written, in bounded requests',
    async (tagEdits) => {
      const bad = [{ name: 'genre', value: 'tag 7', status }]
      await using app = await startTestEngine({ plex: { refusedValues: bad, tagEdits } })
      app.plex.library.editByPerson(app.keys[0] ?? 0, { tags: { genre: ['by hand'] } })
      const names = Array.from({ length: 60 }, (_, at) => `tag ${at}`)
      await edited(app, { tags: names })
      expect(app.tags(1, 'genre').sort()).toEqual(['by hand', ...names.filter((name) => name !== 'tag 7')].sort())
      expect(edits(app)).toBeLessThanOrEqual(24)
      expect(await app.deadLetters()).toMatchObject([
        { code: 'value_refused', reason: expect.stringContaining(`tags: Plex refuses 'tag 7' (${status})`) },
      ])
      app.plex.requests.reset()
      await app.hook(1)
      await app.settled()
      expect(edits(app)).toBe(0)
    },
  )
})

it('one performer is refused: everything else is written', async () => {
  await using app = await startTestEngine()
  app.plex.settings.refusedValues = [{ name: 'actor', value: 'Ann Lee', status: 400 }]
  await edited(app, { title: 'New' })
  expect(app.text(1, 'title')).toBe('New')
  expect(app.tags(1, 'actor')).toEqual([])
  expect(await app.deadLetters()).toMatchObject([{ values: { fields: ['performers'], refused: ['Ann Lee'] } }])
})

it('everything is refused: one dead letter with the answer, and bounded requests', async () => {
  await using app = await startTestEngine()
  app.plex.faults.status(409, { method: 'PUT' })
  await edited(app, { title: 'New' })
  expect(await app.deadLetters()).toMatchObject([{ code: 'rejected' }])
  expect(edits(app)).toBeLessThanOrEqual(24)
})

describe.each([400, 413, 414, 431, 'cut'] as const)(
  'request lines that are too long are answered: %s',
  (tooLongStatus) => {
    const long = 'Wörter und noch mehr Wörter. '.repeat(300)
    const limits = { maxRequestLine: 8_000, tooLongStatus }

    it('a long text is cut after a shorter request succeeded, and everything is written; the limit is learned', async () => {
      await using app = await startTestEngine({ scenes: 2, plex: limits })
      const names = Array.from({ length: 90 }, (_, at) => `A rather long name of a tag, number ${at} of ninety`)
      await edited(app, { title: 'New', details: long, tags: names })
      expect(app.text(1, 'title')).toBe('New')
      expect(app.text(1, 'summary').length).toBeGreaterThan(3_000)
      expect(long.startsWith(app.text(1, 'summary').slice(0, 3_000))).toBe(true)
      expect(app.tags(1, 'genre').sort()).toEqual([...names].sort())
      expect(await app.deadLetters()).toEqual([])
      expect((await app.call('getStatus')).circuit.plex).toBe('closed')

      // The next one is cut before it is sent, also after a restart.
      await app.restart()
      const refused = (): number =>
        app.plex.requests.all.filter(({ method, status }) => method === 'PUT' && status !== 200).length
      app.plex.requests.reset()
      app.stash.actions.updateScene(2, { details: long })
      await app.hook(2)
      await app.settled()
      expect(app.text(2, 'summary').length).toBeGreaterThan(3_000)
      expect(refused()).toBe(0)
      // And nothing is left to write.
      app.plex.requests.reset()
      await app.hookAll(2)
      await app.settled()
      expect(edits(app)).toBe(0)

      // Another server knows nothing of it.
      app.plex.settings.machineIdentifier = 'another-machine'
      app.plex.settings.maxRequestLine = 65_536
      await app.restart()
      await app.hookAll(2)
      await app.settled()
      expect(app.text(2, 'summary')).toBe(long.trim())
    })
  },
)

it('a limit far below 8,000 bytes is found in steps', async () => {
  await using app = await startTestEngine({ plex: { maxRequestLine: 2_100, tooLongStatus: 414 } })
  await edited(app, { title: 'New', details: 'Words. '.repeat(600) })
  expect(app.text(1, 'title')).toBe('New')
  expect(app.text(1, 'summary').length).toBeGreaterThan(800)
  expect(await app.deadLetters()).toEqual([])
})

it('under such a limit many names go in several requests, and nothing is left to write', async () => {
  await using app = await startTestEngine({ plex: { maxRequestLine: 2_100, tooLongStatus: 414 } })
  const names = Array.from({ length: 60 }, (_, at) => `A rather long name of a tag, number ${at} of sixty`)
  await edited(app, { title: 'New', tags: names })
  expect(app.tags(1, 'genre').sort()).toEqual([...names].sort())
  expect(app.text(1, 'title')).toBe('New')
  expect(await app.deadLetters()).toEqual([])
  const { text } = await app.call('getBugReport', {})
  expect(text).toMatch(/Plex request lines: longest taken \d+ bytes, shortest refused \d+ bytes, kept to \d+/)
  expect(text).toMatch(/Plex edits: [1-9]\d* by the library's route, 0 by the item's own/)
  app.plex.requests.reset()
  await app.hookAll(1)
  await app.settled()
  expect(edits(app)).toBe(0)
})

it('a refusal that only looks like a length is not learned as one', async () => {
  await using app = await startTestEngine({
    plex: { refusedValues: [{ name: 'summary', value: 'Words. '.repeat(1_200).trim(), status: 400 }] },
  })
  // The whole text is refused whatever its length; the shorter one is taken, so the limit is learned from that alone.
  app.plex.faults.status(400, { method: 'PUT' })
  await edited(app, { title: 'New', details: 'Words. '.repeat(1_200) })
  expect(await app.deadLetters()).toMatchObject([{ code: 'rejected' }])
  app.plex.faults.clear()
  app.plex.settings.refusedValues = []
  await app.call('retryDeadLetters', { select: 'all' })
  await app.settled()
  expect(app.text(1, 'summary')).toBe('Words. '.repeat(1_200).trim())
})

/** One field of each kind, with the value that Plex refuses. */
const kinds: readonly {
  readonly field: string
  /** As edits name it. */
  readonly name: string
  readonly value: string
  readonly settings?: Readonly<Record<string, string | boolean>>
  /** What Stash has; the sample scene has the others. */
  readonly scene?: Parameters<TestEngine['stash']['actions']['updateScene']>[1]
}[] = [
  { field: 'title', name: 'title', value: 'Title', scene: { title: 'Title' } },
  { field: 'title_sort', name: 'titleSort', value: 'Title', settings: { title_sort_format: '{title}' } },
  { field: 'studio', name: 'studio', value: 'Studio' },
  { field: 'summary', name: 'summary', value: 'About scene 1' },
  { field: 'date', name: 'originallyAvailableAt', value: '2024-05-06' },
  { field: 'rating', name: 'userRating', value: '8', settings: { sync_rating: true }, scene: { rating100: 80 } },
  { field: 'content_rating', name: 'contentRating', value: 'XX', settings: { content_rating: 'XX' } },
  { field: 'tagline', name: 'tagline', value: 'AB-1', settings: { code_as: 'tagline' }, scene: { code: 'AB-1' } },
  { field: 'performers', name: 'actor', value: 'Ann Lee' },
  { field: 'tags', name: 'genre', value: 'one' },
  { field: 'collection', name: 'collection', value: 'Studio' },
  { field: 'director', name: 'director', value: 'Dee', settings: { sync_director: true }, scene: { director: 'Dee' } },
  { field: 'labels', name: 'label', value: 'One', settings: { tags_as: 'labels' }, scene: { tags: ['One', 'Two'] } },
]

describe.each([400, 500])('one value of each kind, answered %i', (status) => {
  it.each(kinds)('$field: the others are written, it is named, and comes when Plex takes it', async (row) => {
    const { field, name, value, settings = {}, scene = {} } = row
    await using app = await startTestEngine({ scenes: 1, settings })
    app.plex.settings.refusedValues = [{ name, value, status }]
    await edited(app, { title: 'Title', ...scene })
    const story = await app.call('getScene', { scene_id: '1' })
    expect(story.items[0]?.kept).toMatchObject([{ field, code: 'refused', values: { value, status } }])
    expect(await app.deadLetters()).toMatchObject([
      { code: 'value_refused', values: { fields: [field], refused: [value], status } },
    ])
    if (field !== 'title') expect(app.text(1, 'title')).toBe('Title')
    if (field !== 'studio') expect(app.text(1, 'studio')).toBe('Studio')
    if (field !== 'performers') expect(app.tags(1, 'actor')).toEqual(['Ann Lee'])
    expect(edits(app)).toBeLessThanOrEqual(14)

    app.plex.settings.refusedValues = []
    await app.call('retryDeadLetters', { select: 'all' })
    await app.settled()
    expect(await app.deadLetters()).toEqual([])
    const { plans } = await app.call('planScenes', { selection: { scope: 'scenes', scene_ids: ['1'] }, limit: 1 })
    expect(plans.map(({ changes }) => changes)).toEqual([[]])
  })
})

describe.each([400, 500])('one value of what an undo brings back, answered %i', (status) => {
  it.each([
    ['studio', { text: { studio: 'Before' } }, { name: 'studio', value: 'Before' }],
    ['date', { text: { originallyAvailableAt: '2001-02-03' } }, { name: 'originallyAvailableAt', value: '2001-02-03' }],
    ['summary', { text: { summary: 'Before' } }, { name: 'summary', value: 'Before' }],
  ] as const)('%s: the rest is taken back, it is named, and a second undo brings it', async (field, before, bad) => {
    await using app = await startTestEngine({ scenes: 1 })
    app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { title: 'Title before', ...before.text } })
    await edited(app, { title: 'New' })
    expect(app.text(1, 'title')).toBe('New')
    app.plex.settings.refusedValues = [{ ...bad, status }]
    app.plex.requests.reset()
    const undone = await app.work('undoScene', { scene_id: '1' })
    expect(undone.changes.map((change) => change.field)).not.toContain(field)
    expect(undone.kept).toMatchObject([{ field, code: 'refused', values: { value: bad.value, status } }])
    expect(app.text(1, 'title')).toBe('Title before')
    expect(app.tags(1, 'genre')).toEqual([])
    expect(edits(app)).toBeLessThanOrEqual(12)

    app.plex.settings.refusedValues = []
    const again = await app.work('undoScene', { scene_id: '1' })
    expect(again.changes).toMatchObject([{ field, after: bad.value }])
    expect(app.item(1).text[bad.name]).toBe(bad.value)
  })

  it('a name: the other names and fields are taken back, and it is named', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    await edited(app, { tags: ['one', 'two'] })
    await edited(app, { tags: ['three'], title: 'New' })
    expect(app.tags(1, 'genre')).toEqual(['three'])
    app.plex.settings.refusedValues = [{ name: 'genre', value: 'one', status }]
    const undone = await app.work('undoScene', { scene_id: '1' })
    expect(undone.kept).toMatchObject([{ field: 'tags', code: 'refused', values: { value: 'one' } }])
    expect(app.tags(1, 'genre')).toEqual(['two'])
    expect(app.text(1, 'title')).toBe('Scene 1')
    app.plex.settings.refusedValues = []
    await app.work('undoScene', { scene_id: '1' })
    expect(app.tags(1, 'genre').toSorted()).toEqual(['one', 'two'])
  })
})

it.each([400, 413, 414, 431, 'cut'] as const)(
  'an undo whose request is too long is shortened: %s',
  async (tooLongStatus) => {
    await using app = await startTestEngine({ scenes: 1, plex: { tooLongStatus } })
    const long = 'Wörter und noch mehr Wörter. '.repeat(300).trim()
    app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { summary: long, title: 'Before' } })
    await edited(app, { title: 'New' })
    expect(app.text(1, 'summary')).toBe('About scene 1')
    app.plex.settings.maxRequestLine = 8_000
    const undone = await app.work('undoScene', { scene_id: '1' })
    expect(undone.kept).toMatchObject([{ field: 'summary' }])
    expect(app.text(1, 'title')).toBe('Before')
    expect(app.text(1, 'summary').length).toBeGreaterThan(3_000)
    expect(long.startsWith(app.text(1, 'summary').slice(0, 3_000))).toBe(true)
    expect((await app.call('getStatus')).circuit.plex).toBe('closed')
  },
)

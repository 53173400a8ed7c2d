/**
 * What people reported of harm: a rating key that is another film now. Each title reads like the report it came from; the
 * history at the end holds the rule behind all of them.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tagNames } from '../harness/plex-item.ts'
import type { PlexItem } from '../harness/plex-model.ts'
import type { RequestRecord } from '../harness/request-log.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const seed = Number(process.env.PLEXSYNC_TEST_SEED ?? Date.now() % 2 ** 31)
console.info(`reports-ownership: PLEXSYNC_TEST_SEED=${seed}`)

async function writeAll(app: TestEngine, scenes: number): Promise<void> {
  await app.hookAll(scenes)
  await app.settled()
}

describe('a Plex that was restored from a backup', () => {
  it('a key of ours is a film on which its owner worked: nothing of it is cleared', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    await writeAll(app, 1)
    const key = app.keys[0] ?? 0
    app.plex.library.removeItem(key)
    app.plex.library.addItem({
      section: 1,
      ratingKey: key,
      file: { file: '/media/home video.mp4', size: 77 },
      text: { studio: 'Family', summary: 'About scene 1' },
      tags: { genre: ['one', 'two', 'Summer'] },
      locked: ['studio'],
    })
    // The scene's file is the film's now, for matching by name and size.
    app.stash.actions.addFile(1, { path: '/data/home video.mp4', size: 77 })
    app.stash.actions.updateScene(1, { details: '', studio: null, tags: ['one'] })
    await app.hook(1)
    await app.settled()
    const film = app.plex.library.item(key)
    expect(film.text.studio).toBe('Family')
    expect(film.text.summary).toBe('About scene 1')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two', 'Summer'])
  })

  it('two films have exchanged their keys: each keeps what was written to it, and a second sync writes nothing', async () => {
    await using app = await startTestEngine({ scenes: 2, settings: { preserve_plex_edits: true } })
    await writeAll(app, 2)
    const [first = 0, second = 0] = app.keys
    app.plex.library.editByPerson(first, { text: { summary: 'By hand' } })
    app.plex.library.exchangeKeys(first, second)
    app.plex.requests.reset()
    for (const scene of [1, 2]) app.stash.actions.updateScene(scene, { details: `New ${scene}` })
    await writeAll(app, 2)
    // `second` is the key of the first film now.
    expect(app.plex.library.item(second).text.summary).toBe('By hand')
    expect(app.plex.library.item(second).text.title).toBe('Scene 1')
    expect(app.plex.library.item(first).text.title).toBe('Scene 2')
    app.plex.requests.reset()
    await writeAll(app, 2)
    expect(app.writes()).toBe(0)
  })

  it('undo does not touch a film that took over the key', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    await writeAll(app, 1)
    const key = app.keys[0] ?? 0
    app.plex.library.removeItem(key)
    const file = { file: '/media/other.mp4', size: 5 }
    app.plex.library.addItem({ section: 1, ratingKey: key, file, text: { title: 'Scene 1', studio: 'Studio' } })
    expect(await app.tryCall('undoScene', { scene_id: '1' })).toMatchObject({ ok: false, fault: { code: 'item_gone' } })
    expect(app.plex.library.item(key).text).toMatchObject({ title: 'Scene 1', studio: 'Studio' })
  })

  it('the picked item is another film now: the pick writes nothing', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    const key = app.plex.library.addItem({ section: 1, file: { file: '/media/picked.mp4', size: 5 } }).ratingKey
    app.stash.library.addScene({ title: 'Odd', details: 'Odd one', files: [{ path: '/odd/odd.mp4', size: 9 }] })
    await app.call('pickMatch', { scene_id: '2', rating_key: String(key) })
    await app.settled()
    expect(app.plex.library.item(key).text.title).toBe('Odd')
    app.plex.library.removeItem(key)
    app.plex.library.addItem({ section: 1, ratingKey: key, file: { file: '/media/stranger.mp4', size: 6 } })
    app.stash.actions.updateScene(2, { title: 'Odd again' })
    await app.hook(2)
    await app.settled()
    expect(app.plex.library.item(key).text.title).toBe('stranger')
  })

  it('a rebuilt library has the picked file under another key: the pick is kept', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    const file = { file: '/media/picked.mp4', size: 5 }
    const key = app.plex.library.addItem({ section: 1, file }).ratingKey
    app.stash.library.addScene({ title: 'Odd', details: 'Odd one', files: [{ path: '/odd/odd.mp4', size: 9 }] })
    await app.call('pickMatch', { scene_id: '2', rating_key: String(key) })
    await app.settled()
    app.plex.library.removeItem(key)
    const rebuilt = app.plex.library.addItem({ section: 1, file }).ratingKey
    await app.hook(2)
    await app.settled()
    expect(app.plex.library.item(rebuilt).text.title).toBe('Odd')
  })
})

type Step =
  | { readonly does: 'stash edits'; readonly scene: number; readonly value: number }
  | { readonly does: 'stash renames' | 'undo' | 'rename on both sides'; readonly scene: number }
  | { readonly does: 'owner types' | 'owner tags'; readonly film: number; readonly value: number }
  | { readonly does: 'library rebuilt'; readonly film: number }
  | { readonly does: 'keys exchanged'; readonly film: number; readonly other: number }
  | { readonly does: 'pick'; readonly scene: number; readonly film: number }
  | { readonly does: 'merge scenes'; readonly scene: number; readonly other: number }
  | { readonly does: 'sync' | 'compare' | 'minutes pass' }

const scenes = 3
const films = 4
const scene = fc.integer({ min: 1, max: scenes })
const film = fc.integer({ min: 0, max: films - 1 })
/** Both servers know the same few texts and names, so that a wrong base would find its values in a stranger. */
const value = fc.integer({ min: 0, max: 3 })
const textOf = (at: number): string => `Text ${at}`
const tagOf = (at: number): string => `Tag ${at}`

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('stash edits' as const), scene, value }),
  fc.record({
    does: fc.constantFrom('stash renames' as const, 'undo' as const, 'rename on both sides' as const),
    scene,
  }),
  fc.record({ does: fc.constantFrom('owner types' as const, 'owner tags' as const), film, value }),
  fc.record({ does: fc.constant('library rebuilt' as const), film }),
  fc.record({ does: fc.constant('keys exchanged' as const), film, other: film }),
  fc.record({ does: fc.constant('pick' as const), scene, film }),
  fc.record({ does: fc.constant('merge scenes' as const), scene, other: scene }),
  fc.record({ does: fc.constantFrom('sync' as const, 'compare' as const, 'minutes pass' as const) }),
)

/** A film is the file and what its owner did to it; its rating key may change at any time. */
class Household {
  readonly app: TestEngine
  readonly preserve: boolean
  readonly #films: PlexItem[]
  readonly #typed = new Map<PlexItem, string>()
  readonly #tagged = new Map<PlexItem, Set<string>>()
  /** Texts and names that a film had from PlexSync at some time; the owner types none of them, or they could not be told apart. */
  readonly #ours = new Map<PlexItem, Set<string>>()
  readonly #gone = new Set<number>()
  readonly #checked = new WeakSet<RequestRecord>()
  /** Texts that a scene of Stash had at some time: one that was read before it was edited again may be on its way. */
  readonly #stashTexts = new Set<string>()
  #count = 0

  constructor(app: TestEngine, preserve: boolean) {
    this.app = app
    this.preserve = preserve
    const stranger = app.plex.library.addItem({ section: 1, file: { file: '/media/stranger.mp4', size: 42 } })
    this.#films = [...app.keys.map((key) => app.plex.library.item(key)), stranger]
  }

  #noteTexts(): void {
    for (const { details } of this.app.stash.library.scenes.values()) this.#stashTexts.add(details)
  }

  async step(step: Step): Promise<void> {
    const { app } = this
    const { library } = app.plex
    this.#count += 1
    // Between reading an item and writing it are milliseconds for which nothing is promised (reliability.md): neither an
    // edit of the owner nor another film under the key can be seen then.
    if (['owner types', 'owner tags', 'keys exchanged'].includes(step.does)) {
      await app.quiesce()
      this.check()
    }
    switch (step.does) {
      case 'stash edits':
        if (this.#gone.has(step.scene)) return
        app.stash.actions.updateScene(step.scene, {
          details: step.value === 0 ? '' : textOf(step.value),
          tags: [tagOf(step.value)],
          studio: 'Studio',
        })
        await app.hook(step.scene)
        return
      case 'stash renames':
      case 'rename on both sides': {
        const file = this.#gone.has(step.scene) ? undefined : app.stash.library.scene(step.scene).files[0]
        if (file === undefined) return
        const from = file.path
        const to = `/data/renamed ${this.#count}.mp4`
        app.stash.actions.moveFile(step.scene, from, to)
        const plexFrom = from.replace('/data', '/media')
        if (step.does === 'rename on both sides' && library.itemsByFile(plexFrom).length > 0)
          library.renameFile(plexFrom, to.replace('/data', '/media'))
        await app.hook(step.scene)
        return
      }
      case 'undo':
        await app.tryCall('undoScene', { scene_id: String(step.scene) })
        return
      case 'owner types': {
        const item = this.#film(step.film)
        const text = textOf(step.value)
        if (of(this.#ours, item).has(text)) return
        library.editByPerson(item.ratingKey, { text: { summary: text }, lock: false })
        this.#typed.set(item, text)
        return
      }
      case 'owner tags': {
        const item = this.#film(step.film)
        const name = tagOf(step.value)
        const present = tagNames(item, 'genre')
        if (of(this.#ours, item).has(name) || present.includes(name)) return
        library.editByPerson(item.ratingKey, { tags: { genre: [...present, name] }, lock: false })
        of(this.#tagged, item).add(name)
        return
      }
      case 'library rebuilt': {
        const item = this.#film(step.film)
        const part = item.media[0]?.parts[0]
        if (part === undefined) return
        library.removeItem(item.ratingKey)
        this.#films[step.film] = library.addItem({ section: 1, file: { file: part.file, size: part.size } })
        return
      }
      case 'keys exchanged': {
        if (step.film === step.other) return
        library.exchangeKeys(this.#film(step.film).ratingKey, this.#film(step.other).ratingKey)
        return
      }
      case 'pick':
        await app.tryCall('pickMatch', {
          scene_id: String(step.scene),
          rating_key: String(this.#film(step.film).ratingKey),
        })
        return
      case 'merge scenes':
        if (step.scene === step.other || this.#gone.has(step.scene) || this.#gone.has(step.other)) return
        app.stash.actions.mergeScenes(step.scene, [step.other])
        this.#gone.add(step.other)
        await app.hook(step.scene)
        return
      case 'sync':
        await app.settled()
        return
      case 'compare':
        await app.tryCall('startReconcile', { scope: 'all' })
        await app.settled()
        return
      case 'minutes pass':
        await app.pass(5 * 60_000)
        return
    }
  }

  /** What the owner wrote is never cleared or removed. */
  check(): void {
    this.#noteTexts()
    const edits = this.app.plex.requests.all.filter((request) => isDone(request) && !this.#checked.has(request))
    for (const edit of edits) this.#checked.add(edit)
    for (const item of this.#films) {
      // Two scenes may have written to it since: what the second one clears is the text of the first.
      const written = edits.filter(({ params }) => params.get('id') === String(item.ratingKey))
      for (const { params } of written) this.#checkText(item, params.get('summary.value'))
      this.#checkText(item, item.text.summary ?? '')
      const tagged = of(this.#tagged, item)
      const genres = tagNames(item, 'genre')
      expect(genres, 'added by the owner').toEqual(expect.arrayContaining([...tagged]))
      for (const name of genres) if (!tagged.has(name)) of(this.#ours, item).add(name)
    }
  }

  /**
   * `shown`: the summary that the film has had next; undefined where an edit left it alone. Without preserve_plex_edits a
   * text of Stash may replace the owner's; from then on it is ours.
   */
  #checkText(item: PlexItem, shown: string | undefined): void {
    if (shown === undefined) return
    const typed = this.#typed.get(item)
    if (typed !== undefined && shown !== typed) {
      expect(this.preserve, `'${typed}' became '${shown}' though edits are preserved`).toBe(false)
      expect(
        [...this.#stashTexts].filter((text) => text !== ''),
        `'${typed}' became '${shown}'`,
      ).toContain(shown)
      this.#typed.delete(item)
    }
    if (!this.#typed.has(item) && shown !== '') of(this.#ours, item).add(shown)
  }

  #film(at: number): PlexItem {
    const item = this.#films[at]
    if (item === undefined) throw new Error(`no film ${at}`)
    return item
  }
}

function isDone({ label, status }: RequestRecord): boolean {
  return label === 'edit' && status === 200
}

function of(sets: Map<PlexItem, Set<string>>, item: PlexItem): Set<string> {
  const set = sets.get(item) ?? new Set()
  sets.set(item, set)
  return set
}

describe.each(['add', 'replace'] as const)('histories, where an edit %ss tags', (tagEdits) => {
  it('never change, clear or remove what PlexSync did not write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(anyStep, { minLength: 8, maxLength: 24 }), async (preserve, steps) => {
        await using app = await startTestEngine({
          scenes,
          plex: { tagEdits },
          settings: { preserve_plex_edits: preserve },
        })
        await writeAll(app, scenes)
        const household = new Household(app, preserve)
        household.check()
        for (const step of steps) {
          await household.step(step)
          household.check()
        }
        await app.settled()
        household.check()
      }),
      // Looking for a shorter history would take longer than the test may, and then it says nothing.
      { seed, numRuns: 6, endOnFailure: true },
    )
  })
})

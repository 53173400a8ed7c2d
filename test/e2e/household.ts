/**
 * A household that works in Stash for days: each edit is one of the ways in which Stash can change, and knows which scenes
 * must reach Plex because of it. What Plex must show is read off Stash itself.
 */
import { tagNames } from '../harness/plex-item.ts'
import type { SeededRandom } from '../harness/seeded-random.ts'
import type { TestEngine } from './test-engine.ts'

/** Ids of the scenes whose new state must be enqueued, each once. */
type Affected = readonly number[]

export interface Edit {
  readonly name: string
  /** Comes from a scan: before Stash 0.29 it may take a minute. */
  readonly isScan?: boolean
  /** Does it; null if the household has nothing of the kind. */
  run(): Promise<Affected | null>
}

export class Household {
  readonly #app: TestEngine
  readonly #random: SeededRandom
  #made = 0

  constructor(app: TestEngine, random: SeededRandom) {
    this.#app = app
    this.#random = random
  }

  /** One of each kind, in an order of the seed. */
  edits(): Edit[] {
    const { actions, library, jobs } = this.#app.stash
    const scene = (): number => this.#random.pick([...library.scenes.keys()])
    const edit = (name: string, run: () => Affected | null, isScan = false): Edit => ({
      name,
      isScan,
      run: async () => run(),
    })
    /** What Stash does in a job that shows when it ends. */
    const inJob = (name: string, job: string, work: () => Affected): Edit => ({
      name,
      isScan: true,
      run: async () => {
        let affected: Affected = []
        jobs.start(job, () => {
          affected = work()
        })
        await jobs.settled()
        return affected
      },
    })
    return this.#inAnyOrder([
      edit('an edit of a scene', () => {
        const id = scene()
        actions.updateScene(id, { title: this.#name('Title'), details: this.#name('About') })
        return [id]
      }),
      edit('a bulk edit', () => {
        const ids = [...new Set([scene(), scene(), scene(), scene()])]
        actions.bulkUpdateScenes(ids, { studio: this.#name('Studio'), tags: ['bulk', this.#name('Tag')] })
        return ids
      }),
      edit('edits of several scenes at a time', () => {
        const ids = [...new Set([scene(), scene()])]
        actions.updateScenes(ids.map((id) => ({ id, change: { title: this.#name('Several') } })))
        return ids
      }),
      edit('an auto-tag', () => {
        const id = scene()
        actions.autoTag(id, { performers: ['Ann Lee', this.#name('Performer')] })
        return [id]
      }),
      edit('a renamed performer', () => {
        const performer = this.#carried((id) => library.scene(id).performers)
        if (performer === null) return null
        actions.renamePerformer(performer, this.#name('Renamed'))
        return this.#carrying((id) => library.scene(id).performers.some((one) => one.id === performer))
      }),
      edit('a renamed studio', () => {
        const studio = this.#carried((id) => library.scene(id).studio ?? [])
        if (studio === null) return null
        actions.renameStudio(studio, this.#name('Renamed studio'))
        return this.#carrying((id) => library.scene(id).studio?.id === studio)
      }),
      edit('a renamed tag', () => {
        const tag = this.#carried((id) => library.scene(id).tags)
        if (tag === null) return null
        actions.renameTag(tag, this.#name('Renamed tag'))
        return this.#carrying((id) => library.scene(id).tags.some((one) => one.id === tag))
      }),
      edit('a renamed group', () => {
        const group = this.#carried((id) => library.scene(id).groups.map((one) => one.group))
        if (group === null) return null
        actions.renameGroup(group, this.#name('Renamed group'))
        return this.#carrying((id) => library.scene(id).groups.some((one) => one.group.id === group))
      }),
      edit('merged tags', () => {
        const source = this.#carried((id) => library.scene(id).tags)
        const destination = this.#carried((id) => library.scene(id).tags.filter(({ id: tag }) => tag !== source))
        if (source === null || destination === null) return null
        const carrying = this.#carrying((id) => library.scene(id).tags.some((one) => one.id === source))
        actions.mergeTags(destination, [source])
        return carrying
      }),
      edit('a deleted performer', () => {
        const performer = this.#carried((id) => library.scene(id).performers)
        if (performer === null) return null
        const carrying = this.#carrying((id) => library.scene(id).performers.some((one) => one.id === performer))
        actions.destroyPerformer(performer)
        return carrying
      }),
      edit('an edit of what no setting writes', () => {
        const performer = this.#carried((id) => library.scene(id).performers)
        if (performer === null) return null
        actions.updatePerformer(performer, { gender: 'FEMALE' })
        return []
      }),
      edit('a merge of scenes', () => {
        const [one, other] = [scene(), scene()]
        if (one === other || library.scenes.size < 8) return null
        actions.mergeScenes(one, [other])
        return [one]
      }),
      edit('a deleted scene', () => {
        if (library.scenes.size < 8) return null
        actions.destroyScene(scene())
        return []
      }),
      edit('a play and an o', () => {
        const id = scene()
        actions.play(id)
        actions.incrementO(id)
        return []
      }),
      edit('a new cover', () => {
        const id = scene()
        actions.generateCover(id, Buffer.from(this.#name('cover')))
        return [id]
      }),
      inJob('a scan that finds a new file', 'Scanning...', () => {
        const file = this.#name('new')
        this.#app.plex.library.addItem({ section: 1, file: { file: `/media/${file}.mp4`, size: 5_000 + this.#made } })
        actions.putOnDisk({ path: `/data/${file}.mp4`, size: 5_000 + this.#made })
        return actions.scan().scenes.map(({ id }) => id)
      }),
      inJob('a scan that finds a renamed file', 'Scanning...', () => {
        const id = scene()
        const [file] = library.scene(id).files
        if (file === undefined) return []
        const path = `/data/${this.#name('moved')}.mp4`
        this.#app.plex.library.renameFile(inPlex(file.path), inPlex(path))
        actions.moveFile(id, file.path, path)
        return [id]
      }),
    ])
  }

  /** What Plex shows otherwise than Stash, in words; empty if both agree. */
  differences(): string[] {
    const { stash, plex } = this.#app
    return [...stash.library.scenes.values()].flatMap((scene) => {
      // A scene without metadata is not written.
      if (scene.studio === null && scene.performers.length === 0 && scene.tags.length === 0) return []
      const wanted = {
        // Where Stash has none, Plex keeps its own.
        title: scene.title,
        summary: scene.details,
        studio: scene.studio?.name ?? '',
        actors: scene.performers.map(({ name }) => name).sort(),
        genres: scene.tags.map(({ name }) => name).sort(),
        collections: [
          ...(scene.studio === null ? [] : [scene.studio.name]),
          ...scene.groups.map(({ group }) => group.name),
        ].sort(),
      }
      return scene.files.flatMap(({ path }) =>
        plex.library.itemsByFile(inPlex(path)).flatMap((item) => {
          const names = (kind: 'actor' | 'genre' | 'collection') => [...tagNames(item, kind)].sort()
          const found = {
            title: scene.title === '' ? '' : (item.text.title ?? ''),
            summary: item.text.summary ?? '',
            studio: item.text.studio ?? '',
            actors: names('actor'),
            genres: names('genre'),
            collections: names('collection'),
          }
          const [want, have] = [JSON.stringify(wanted), JSON.stringify(found)]
          return want === have ? [] : [`scene ${scene.id}: ${want} but Plex has ${have}`]
        }),
      )
    })
  }

  #inAnyOrder(edits: Edit[]): Edit[] {
    return this.#random.sample(edits, edits.length)
  }

  #name(what: string): string {
    this.#made += 1
    return `${what} ${this.#made}`
  }

  /** The id of something that a scene carries; null if none carries any. */
  #carried(of: (sceneId: number) => { readonly id: number } | readonly { readonly id: number }[]): number | null {
    const ids = [...this.#app.stash.library.scenes.keys()].flatMap((id) => [of(id)].flat().map((one) => one.id))
    return ids.length === 0 ? null : this.#random.pick(ids)
  }

  #carrying(carries: (sceneId: number) => boolean): number[] {
    return [...this.#app.stash.library.scenes.keys()].filter(carries)
  }
}

function inPlex(path: string): string {
  return path.replace('/data/', '/media/')
}

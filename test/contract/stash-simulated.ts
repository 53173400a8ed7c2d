/** The simulated Stash as a target of the contract tests. */
import { ManualClock, type PushedClock } from '../harness/clock.ts'
import type { StashVersion } from '../harness/stash-schema.ts'
import { type StashServer, startStashServer } from '../harness/stash-server.ts'
import { askGraphql, type GraphqlResponse, type SceneEdit, type StashTarget } from './stash-target.ts'

export class SimulatedStash implements StashTarget {
  readonly name: string
  readonly isSimulated = true
  readonly minor: number
  readonly server: StashServer
  readonly key = ''
  readonly #clock: ManualClock | PushedClock

  private constructor(server: StashServer, clock: ManualClock | PushedClock, version: StashVersion) {
    this.name = `the simulated Stash ${version}`
    this.minor = Number(version.split('.')[1])
    this.server = server
    this.#clock = clock
  }

  static async open(
    version: StashVersion = '0.30',
    clock: ManualClock | PushedClock = new ManualClock(),
  ): Promise<SimulatedStash> {
    return new SimulatedStash(await startStashServer({ clock, apiKey: null, version }), clock, version)
  }

  get url(): string {
    return this.server.url
  }

  graphql(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlResponse> {
    return askGraphql(this.server.url, '', query, variables, headers)
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.server.url}${path}`, { headers, redirect: 'manual' })
  }

  async addClips(names: readonly string[]): Promise<string[]> {
    for (const name of names) this.server.actions.putOnDisk(this.pathOf(name))
    return this.server.actions.scan().scenes.map(({ id }) => String(id))
  }

  async renameClip(from: string, to: string): Promise<void> {
    const scene = [...this.server.library.scenes.values()].find(({ files }) =>
      files.some(({ path }) => path === this.pathOf(from)),
    )
    this.server.actions.moveFile(scene?.id ?? 0, this.pathOf(from), this.pathOf(to))
  }

  pathOf(clip: string): string {
    return `/data/${clip}`
  }

  async createEntity(kind: 'performer' | 'studio' | 'tag', name: string): Promise<string> {
    return String(this.server.library[kind](name).id)
  }

  async renameEntity(kind: 'performer' | 'studio' | 'tag', id: string, name: string): Promise<void> {
    if (kind === 'performer') this.server.actions.renamePerformer(Number(id), name)
    else if (kind === 'studio') this.server.actions.renameStudio(Number(id), name)
    else this.server.actions.renameTag(Number(id), name)
  }

  async destroyPerformer(id: string): Promise<void> {
    this.server.actions.destroyPerformer(Number(id))
  }

  async mergeTags(destination: string, sources: readonly string[]): Promise<void> {
    this.server.actions.mergeTags(Number(destination), sources.map(Number))
  }

  async createScene(title: string): Promise<string> {
    return String(this.server.actions.createScene({ title }).scene.id)
  }

  async assignClip(clip: string, from: string, to: string): Promise<void> {
    this.server.actions.assignFile(Number(to), this.pathOf(clip), Number(from))
  }

  updateScene(id: string, edit: SceneEdit): Promise<GraphqlResponse> {
    return this.graphql('mutation Edit($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }', {
      input: { id, ...edit },
    })
  }

  async bulkUpdateScenes(ids: readonly string[], { title = '' }: SceneEdit): Promise<void> {
    this.server.actions.bulkUpdateScenes(ids.map(Number), { title })
  }

  async mergeScenes(destination: string, sources: readonly string[]): Promise<void> {
    this.server.actions.mergeScenes(Number(destination), sources.map(Number))
  }

  async nextSecond(): Promise<void> {
    if (this.#clock instanceof ManualClock) return this.#clock.advance(1_000)
    this.#clock.push(1_000)
  }

  close(): Promise<void> {
    return this.server.close()
  }
}

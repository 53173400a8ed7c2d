/**
 * A real Stash as a target of the contract tests. It must hold nothing but what is in the folder that the user names:
 * the clips are made there with ffmpeg, in a separate folder, and everything that was made is removed again.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../harness/moment.ts'
import { askGraphql, type GraphqlResponse, type SceneEdit, type StashTarget } from './stash-target.ts'

interface Row {
  readonly id: string
}

/** A scan of a large library takes its time. */
const longestJobMs = 10 * 60_000

const entityNames = { performer: 'Performer', studio: 'Studio', tag: 'Tag' } as const

export class RealStash implements StashTarget {
  readonly isSimulated = false
  readonly name: string
  readonly minor: number
  readonly url: string
  readonly key: string
  readonly #folder: string
  readonly #scenesMade: string[] = []
  #clipsMade = 0
  readonly #made: { readonly kind: 'performer' | 'studio' | 'tag'; readonly id: string }[] = []

  private constructor(url: string, key: string, folder: string, version: string) {
    this.url = url
    this.key = key
    this.#folder = folder
    this.name = `Stash ${version}`
    this.minor = Number(/^v?0\.(\d+)/.exec(version)?.[1] ?? 99)
  }

  static async open(url: string, key: string, media: string): Promise<RealStash> {
    if (media === '') throw new Error('PLEXSYNC_TEST_STASH_MEDIA must name a folder that this Stash scans')
    const ask = async <T>(query: string): Promise<T> => {
      const response = await askGraphql(url, key, query)
      if (response.errors.length > 0 || response.status !== 200)
        throw new Error(`${url}: ${response.status} ${response.errors.map(({ message }) => message).join('; ')}`)
      return response.data as T
    }
    const { findScenes } = await ask<{ findScenes: { scenes: { files: { path: string }[] }[] } }>(
      '{ findScenes(filter: { per_page: -1 }) { scenes { files { path } } } }',
    )
    const foreign = findScenes.scenes.flatMap(({ files }) => files).filter(({ path }) => !path.startsWith(media))
    if (foreign.length > 0)
      throw new Error(`This Stash holds scenes outside ${media}: name one that is only for tests. Nothing was changed.`)
    const { version } = await ask<{ version: { version: string } }>('{ version { version } }')
    const folder = join(media, `plexsync-contract-${process.pid}`)
    await mkdir(folder)
    return new RealStash(url, key, folder, version.version)
  }

  graphql(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlResponse> {
    return askGraphql(this.url, this.key, query, variables, headers)
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const key: Record<string, string> = this.key === '' ? {} : { ApiKey: this.key }
    return fetch(`${this.url}${path}`, { headers: { ...key, ...headers }, redirect: 'manual' })
  }

  pathOf(clip: string): string {
    return join(this.#folder, clip)
  }

  async addClips(names: readonly string[]): Promise<string[]> {
    for (const name of names) {
      const at = this.#clipsMade++
      // Each clip differs, or Stash would take one for a copy of another.
      const source = `testsrc=size=128x72:rate=5:duration=${2 + at},hue=h=${(at * 37 + process.pid) % 360}`
      const made = spawnSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, this.pathOf(name)])
      if (made.status !== 0) throw new Error(`ffmpeg is needed to make clips: ${made.stderr ?? made.error}`)
    }
    await this.#scan()
    return Promise.all(names.map((name) => this.#sceneOf(name)))
  }

  async renameClip(from: string, to: string): Promise<void> {
    await rename(this.pathOf(from), this.pathOf(to))
    await this.#scan()
  }

  async createEntity(kind: 'performer' | 'studio' | 'tag', name: string): Promise<string> {
    const type = entityNames[kind]
    const { made } = await this.#do<{ made: Row }>(
      `mutation Make($input: ${type}CreateInput!) { made: ${kind}Create(input: $input) { id } }`,
      { input: { name } },
    )
    this.#made.push({ kind, id: made.id })
    return made.id
  }

  async renameEntity(kind: 'performer' | 'studio' | 'tag', id: string, name: string): Promise<void> {
    const type = entityNames[kind]
    await this.#do(`mutation Rename($input: ${type}UpdateInput!) { ${kind}Update(input: $input) { id } }`, {
      input: { id, name },
    })
  }

  async destroyPerformer(id: string): Promise<void> {
    await this.#do('mutation Destroy($input: PerformerDestroyInput!) { performerDestroy(input: $input) }', {
      input: { id },
    })
  }

  async mergeTags(destination: string, source: readonly string[]): Promise<void> {
    await this.#do('mutation Merge($input: TagsMergeInput!) { tagsMerge(input: $input) { id } }', {
      input: { source, destination },
    })
  }

  async createScene(title: string): Promise<string> {
    const { made } = await this.#do<{ made: Row }>(
      'mutation Create($input: SceneCreateInput!) { made: sceneCreate(input: $input) { id } }',
      { input: { title } },
    )
    this.#scenesMade.push(made.id)
    return made.id
  }

  async assignClip(clip: string, from: string, to: string): Promise<void> {
    const { findScene } = await this.#do<{ findScene: { files: { id: string; path: string }[] } }>(
      'query Files($id: ID!) { findScene(id: $id) { files { id path } } }',
      { id: from },
    )
    const file = findScene.files.find(({ path }) => path === this.pathOf(clip))
    await this.#do('mutation Assign($input: AssignSceneFileInput!) { sceneAssignFile(input: $input) }', {
      input: { scene_id: to, file_id: file?.id },
    })
  }

  updateScene(id: string, edit: SceneEdit): Promise<GraphqlResponse> {
    return this.graphql('mutation Edit($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }', {
      input: { id, ...edit },
    })
  }

  async bulkUpdateScenes(ids: readonly string[], edit: SceneEdit): Promise<void> {
    await this.#do('mutation Bulk($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }', {
      input: { ids, ...edit },
    })
  }

  async mergeScenes(destination: string, source: readonly string[]): Promise<void> {
    await this.#do('mutation Merge($input: SceneMergeInput!) { sceneMerge(input: $input) { id } }', {
      input: { source, destination },
    })
  }

  async nextSecond(): Promise<void> {
    const { date } = await this.graphql('{ version { version } }')
    await until(async () => (await this.graphql('{ version { version } }')).date !== date)
  }

  async close(): Promise<void> {
    const { scenes } = await this.#scenes()
    for (const { id, files } of scenes)
      if (this.#scenesMade.includes(id) || files.some(({ path }) => path.startsWith(this.#folder)))
        await this.graphql('mutation Destroy($input: SceneDestroyInput!) { sceneDestroy(input: $input) }', {
          input: { id, delete_generated: true },
        })
    for (const { kind, id } of this.#made) {
      const type = entityNames[kind]
      // One that a test destroyed or merged is gone already.
      await this.graphql(`mutation Destroy($input: ${type}DestroyInput!) { ${kind}Destroy(input: $input) }`, {
        input: { id },
      })
    }
    await rm(this.#folder, { recursive: true, force: true })
    await this.#job('mutation Clean($input: CleanMetadataInput!) { job: metadataClean(input: $input) }', {
      input: { paths: [this.#folder], dryRun: false },
    })
  }

  async #scan(): Promise<void> {
    await this.#job('mutation Scan($input: ScanMetadataInput!) { job: metadataScan(input: $input) }', {
      input: { paths: [this.#folder] },
    })
  }

  /** Runs a mutation that starts a job, and waits for its end. */
  async #job(query: string, variables: Record<string, unknown>): Promise<void> {
    const { job } = await this.#do<{ job: string }>(query, variables)
    await until(async () => {
      const { findJob } = await this.#do<{ findJob: { status: string } | null }>(
        'query Job($id: ID!) { findJob(input: { id: $id }) { status } }',
        { id: job },
      )
      return findJob === null || /FINISHED|CANCELLED|FAILED/.test(findJob.status)
    }, longestJobMs)
  }

  async #scenes(): Promise<{ scenes: { id: string; files: { path: string }[] }[] }> {
    const { findScenes } = await this.#do<{ findScenes: { scenes: { id: string; files: { path: string }[] }[] } }>(
      '{ findScenes(filter: { per_page: -1 }) { scenes { id files { path } } } }',
    )
    return findScenes
  }

  async #sceneOf(clip: string): Promise<string> {
    const { scenes } = await this.#scenes()
    const scene = scenes.find(({ files }) => files.some(({ path }) => path === this.pathOf(clip)))
    if (scene === undefined) throw new Error(`Stash did not find ${clip}: does it scan ${this.#folder}?`)
    return scene.id
  }

  async #do<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
    const response = await this.graphql(query, variables)
    if (response.errors.length > 0) throw new Error(response.errors.map(({ message }) => message).join('; '))
    return response.data as T
  }
}

import { createHash } from 'node:crypto'
import { type Clock, realClock } from './clock.ts'
import { sniffImage } from './sample-images.ts'
import type {
  StashFile,
  StashFingerprint,
  StashGroup,
  StashImage,
  StashPerformer,
  StashScene,
  StashStudio,
  StashTag,
} from './stash-model.ts'
import { type ServerOffset, StashTime } from './stash-time.ts'

export interface FileSeed {
  path: string
  size?: number
  /** Seconds. */
  duration?: number
  width?: number
  height?: number
  fingerprints?: StashFingerprint[]
}

export interface PerformerSeed {
  name: string
  disambiguation?: string
  /** Where the performer is new. */
  gender?: string | null
  tags?: readonly (string | { readonly name: string })[]
}

/** Names stand for entities, which are made when there are none of that name. */
export interface SceneSeed {
  title?: string
  code?: string
  details?: string
  director?: string
  urls?: string[]
  date?: string | null
  rating100?: number | null
  organized?: boolean
  files?: (string | FileSeed)[]
  studio?: string | null
  /** Parent of the studio, when the studio is new. */
  parentStudio?: string
  performers?: (string | PerformerSeed)[]
  tags?: string[]
  groups?: string[]
  stashIds?: { endpoint: string; stash_id: string }[]
  cover?: Buffer | null
  /** Epoch ms; default now. */
  createdAt?: number
  updatedAt?: number
}

export interface StashLibraryOptions {
  clock?: Clock
  /** Minutes from UTC; default 0. */
  offsetMinutes?: ServerOffset
}

/** The entities of the simulated Stash. Filling it here fires no hooks: what the user does is in StashActions. */
export class StashLibrary {
  readonly clock: Clock
  readonly time: StashTime
  readonly scenes = new Map<number, StashScene>()
  readonly performers = new Map<number, StashPerformer>()
  readonly studios = new Map<number, StashStudio>()
  readonly tags = new Map<number, StashTag>()
  readonly groups = new Map<number, StashGroup>()
  readonly #performerNames = new Map<string, StashPerformer>()
  readonly #studioNames = new Map<string, StashStudio>()
  readonly #tagNames = new Map<string, StashTag>()
  readonly #groupNames = new Map<string, StashGroup>()
  readonly #next = { scene: 1, file: 1, performer: 1, studio: 1, tag: 1, group: 1 }

  constructor(options: StashLibraryOptions = {}) {
    this.clock = options.clock ?? realClock
    this.time = new StashTime(this.clock, options.offsetMinutes ?? 0)
  }

  addScene(seed: SceneSeed): StashScene {
    const created = this.time.text(seed.createdAt ?? seed.updatedAt ?? this.clock.now())
    const updated = this.time.text(seed.updatedAt ?? seed.createdAt ?? this.clock.now())
    const scene: StashScene = {
      id: this.#next.scene++,
      title: seed.title ?? '',
      code: seed.code ?? '',
      details: seed.details ?? '',
      director: seed.director ?? '',
      urls: seed.urls ?? [],
      date: seed.date ?? null,
      rating100: seed.rating100 ?? null,
      organized: seed.organized ?? false,
      oTimes: [],
      playTimes: [],
      resume_time: 0,
      play_duration: 0,
      created_at: created,
      updated_at: updated,
      files: (seed.files ?? []).map((file) => this.newFile(file)),
      studio: seed.studio ? this.studio(seed.studio, seed.parentStudio) : null,
      performers: (seed.performers ?? []).map((performer) => this.performer(performer)),
      tags: (seed.tags ?? []).map((name) => this.tag(name)),
      groups: (seed.groups ?? []).map((name) => ({ group: this.group(name), scene_index: null })),
      stash_ids: (seed.stashIds ?? []).map((id) => ({ ...id, updated_at: updated })),
      cover: seed.cover ? imageOf(seed.cover) : null,
    }
    this.scenes.set(scene.id, scene)
    return scene
  }

  scene(id: number): StashScene {
    const scene = this.scenes.get(id)
    if (!scene) throw new Error(`no scene ${id}`)
    return scene
  }

  /** Sets `updated_at` to the present. */
  bump(entity: { updated_at: string }): void {
    entity.updated_at = this.time.now()
  }

  newFile(given: string | FileSeed): StashFile {
    const seed = typeof given === 'string' ? { path: given } : given
    const now = this.time.now()
    const id = this.#next.file++
    const oshash = createHash('md5').update(`${seed.path}${id}`).digest('hex').slice(0, 16)
    return {
      id,
      path: seed.path,
      basename: baseName(seed.path),
      size: seed.size ?? 1_000_000,
      duration: seed.duration ?? 600,
      mod_time: now,
      video_codec: 'h264',
      audio_codec: 'aac',
      width: seed.width ?? 1920,
      height: seed.height ?? 1080,
      frame_rate: 24,
      bit_rate: 4_000_000,
      format: seed.path.slice(seed.path.lastIndexOf('.') + 1).toLowerCase(),
      fingerprints: seed.fingerprints ?? [{ type: 'oshash', value: oshash }],
      created_at: now,
      updated_at: now,
    }
  }

  /** Performer names are unique only together with their disambiguation. */
  performer(given: string | PerformerSeed): StashPerformer {
    const seed: PerformerSeed = typeof given === 'string' ? { name: given } : given
    const { name, disambiguation = '' } = seed
    return this.#obtain(this.performers, this.#performerNames, `${name}\u0000${disambiguation}`, () => ({
      ...this.#named('performer', name),
      disambiguation,
      gender: seed.gender ?? null,
      alias_list: [],
      favorite: false,
      details: '',
      tags: (seed.tags ?? []).map((tag) => this.tag(typeof tag === 'string' ? tag : tag.name)),
    }))
  }

  studio(name: string, parent?: string): StashStudio {
    return this.#obtain(this.studios, this.#studioNames, name, () => ({
      ...this.#named('studio', name),
      parent_studio: parent ? this.studio(parent) : null,
      aliases: [],
      details: '',
    }))
  }

  /** `parents` where the tag is new. */
  tag(name: string, ...parents: string[]): StashTag {
    return this.#obtain(this.tags, this.#tagNames, name, () => ({
      ...this.#named('tag', name),
      parents: parents.map((parent) => this.tag(parent)),
      aliases: [],
      description: '',
    }))
  }

  group(name: string): StashGroup {
    return this.#obtain(this.groups, this.#groupNames, name, () => ({
      ...this.#named('group', name),
      synopsis: '',
      date: null,
    }))
  }

  /** A renamed or destroyed entity must no longer be found by its old name. */
  forgetName(kind: 'performer' | 'studio' | 'tag' | 'group', entity: { name: string; disambiguation?: string }): void {
    if (kind === 'performer') this.#performerNames.delete(`${entity.name}\u0000${entity.disambiguation ?? ''}`)
    else if (kind === 'studio') this.#studioNames.delete(entity.name)
    else if (kind === 'tag') this.#tagNames.delete(entity.name)
    else this.#groupNames.delete(entity.name)
  }

  #named(kind: 'performer' | 'studio' | 'tag' | 'group', name: string) {
    const now = this.time.now()
    return { id: this.#next[kind]++, name, created_at: now, updated_at: now, image: null }
  }

  #obtain<T extends { id: number }>(all: Map<number, T>, names: Map<string, T>, key: string, make: () => T): T {
    const known = names.get(key)
    if (known) return known
    const made = make()
    names.set(key, made)
    all.set(made.id, made)
    return made
  }
}

/** A picture with its sniffed type and its ETag. */
export function imageOf(bytes: Buffer): StashImage {
  return { bytes, contentType: sniffImage(bytes), etag: createHash('md5').update(bytes).digest('hex') }
}

/** What follows the last separator of either kind. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

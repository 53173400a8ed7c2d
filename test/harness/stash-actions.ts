import { baseName, type FileSeed, imageOf, type StashLibrary } from './stash-library.ts'
import type { StashFile, StashHook, StashImage, StashScene, StashTag } from './stash-model.ts'
import { inputFields, type SceneChange, updateInput } from './stash-scene-change.ts'

/** What happens to an entity that scenes carry. */
type NamedKind = 'performer' | 'studio' | 'tag' | 'group'

/**
 * What people, tasks and scans do in Stash. Every method returns the hooks that the real one fires, which is often
 * none, and bumps `updated_at` only if the real one does.
 */
export class StashActions {
  /** Gets the hooks of every action too, as a plugin would. */
  onHooks: (hooks: StashHook[]) => void = () => {}
  readonly #library: StashLibrary
  readonly #disk: FileSeed[] = []

  constructor(library: StashLibrary) {
    this.#library = library
  }

  /** The edit form, the API's sceneUpdate, the tagger: one Update, bumped. */
  updateScene(id: number, change: SceneChange): StashHook[] {
    const scene = this.#library.scene(id)
    this.#apply(scene, change)
    this.#library.bump(scene)
    return this.#fire([sceneUpdate(id, updateInput(this.#library, id, change), inputFields(change, ['id']))])
  }

  /** A bulk edit: after one commit one Update per scene, each with the input of all. */
  bulkUpdateScenes(ids: number[], change: SceneChange): StashHook[] {
    const input = { ...updateInput(this.#library, 0, change), ids: ids.map(String) }
    for (const id of ids) {
      const scene = this.#library.scene(id)
      this.#apply(scene, change)
      this.#library.bump(scene)
    }
    return this.#fire(ids.map((id) => sceneUpdate(id, input, inputFields(change, ['ids']))))
  }

  /** scenesUpdate: every hook call gets the array of all inputs. */
  updateScenes(changes: { id: number; change: SceneChange }[]): StashHook[] {
    const inputs = changes.map(({ id, change }) => updateInput(this.#library, id, change))
    for (const { id, change } of changes) {
      const scene = this.#library.scene(id)
      this.#apply(scene, change)
      this.#library.bump(scene)
    }
    return this.#fire(changes.map(({ id, change }) => sceneUpdate(id, inputs, inputFields(change, ['id']))))
  }

  /** Auto-tag: changed and bumped, no hook. */
  autoTag(id: number, change: Pick<SceneChange, 'tags' | 'performers' | 'studio'>): StashHook[] {
    const scene = this.#library.scene(id)
    this.#apply(scene, change)
    this.#library.bump(scene)
    return this.#fire([])
  }

  /** The generate task or "set screenshot": a new cover, bumped, no hook. */
  generateCover(id: number, bytes: Buffer): StashHook[] {
    const scene = this.#library.scene(id)
    scene.cover = imageOf(bytes)
    this.#library.bump(scene)
    return this.#fire([])
  }

  /** sceneCreate: a scene by hand, perhaps without a file. */
  createScene(change: SceneChange & { files?: (string | FileSeed)[] }): { scene: StashScene; hooks: StashHook[] } {
    const scene = this.#library.addScene({ files: change.files ?? [] })
    this.#apply(scene, change)
    return { scene, hooks: this.#fire([{ type: 'Scene.Create.Post', id: scene.id, input: null, inputFields: null }]) }
  }

  /** Puts a file on the disk for the next scan. */
  putOnDisk(file: string | FileSeed): void {
    this.#disk.push(typeof file === 'string' ? { path: file } : file)
  }

  /** A scan: each new file becomes a scene with an empty title and no cover yet, and fires Create without an input. */
  scan(): { scenes: StashScene[]; hooks: StashHook[] } {
    const scenes = this.#disk.splice(0).map((file) => this.#library.addScene({ files: [file] }))
    const hooks = scenes.map((scene) => ({ type: 'Scene.Create.Post', id: scene.id, input: null, inputFields: null }))
    return { scenes, hooks: this.#fire(hooks) }
  }

  /** A scan finds another file with the same fingerprint: Update without an input, bumped. */
  addFile(id: number, file: string | FileSeed): StashHook[] {
    const scene = this.#library.scene(id)
    scene.files.push(this.#library.newFile(file))
    this.#library.bump(scene)
    return this.#fire([sceneUpdate(id, null, null)])
  }

  /** A scan finds a file moved or renamed on disk: Update without an input, **not** bumped. */
  moveFile(id: number, from: string, to: string): StashHook[] {
    this.#moved(id, from, to)
    return this.#fire([sceneUpdate(id, null, null)])
  }

  /** The moveFiles mutation: no hook, not bumped. */
  moveFileByApi(id: number, from: string, to: string): StashHook[] {
    this.#moved(id, from, to)
    return this.#fire([])
  }

  /** deleteFiles: no hook, not bumped. */
  deleteFile(id: number, path: string): StashHook[] {
    const scene = this.#library.scene(id)
    scene.files = scene.files.filter((file) => file.path !== path)
    return this.#fire([])
  }

  /** sceneAssignFile: a file changes its scene; no hook, not bumped. */
  assignFile(id: number, path: string, from: number): StashHook[] {
    const source = this.#library.scene(from)
    const file = source.files.find((candidate) => candidate.path === path)
    if (!file) throw new Error(`scene ${from} has no file ${path}`)
    source.files = source.files.filter((candidate) => candidate !== file)
    this.#library.scene(id).files.push(file)
    return this.#fire([])
  }

  /** sceneMerge: sources vanish into the destination, which is bumped; no hook at all. */
  mergeScenes(destination: number, sources: number[]): StashHook[] {
    const target = this.#library.scene(destination)
    for (const id of sources) {
      target.files.push(...this.#library.scene(id).files)
      this.#library.scenes.delete(id)
    }
    this.#library.bump(target)
    return this.#fire([])
  }

  /** sceneDestroy and clean. The scene is already gone when the hook runs. */
  destroyScene(id: number, options: { deleteFile?: boolean } = {}): StashHook[] {
    const scene = this.#library.scene(id)
    this.#library.scenes.delete(id)
    const input = {
      id: String(id),
      delete_file: options.deleteFile ?? false,
      delete_generated: true,
      checksum: '',
      oshash: scene.files[0]?.fingerprints[0]?.value ?? '',
      path: scene.files[0]?.path ?? '',
    }
    return this.#fire([
      { type: 'Scene.Destroy.Post', id, input, inputFields: ['id', 'delete_file', 'delete_generated'] },
    ])
  }

  /** Play count, resume time, o-counter: no hook, not bumped. */
  play(id: number): StashHook[] {
    const scene = this.#library.scene(id)
    scene.playTimes.push(Math.floor(this.#library.clock.now() / 1000))
    scene.resume_time = 12.5
    return this.#fire([])
  }

  incrementO(id: number): StashHook[] {
    this.#library.scene(id).oTimes.push(Math.floor(this.#library.clock.now() / 1000))
    return this.#fire([])
  }

  /** Activity written through the API: silent on every released version, an update with those fields on newer sources. */
  activityChanged(id: number, fields: string[], firesHooks: boolean): StashHook[] {
    return this.#fire(firesHooks ? [sceneUpdate(id, { id: String(id) }, [...fields, 'id'])] : [])
  }

  /** A marker: its own hook only, the scene is not bumped. */
  addMarker(id: number): StashHook[] {
    const input = { scene_id: String(id), title: 'Marker', seconds: 1, primary_tag_id: '1' }
    return this.#fire([{ type: 'SceneMarker.Create.Post', id: 1, input, inputFields: Object.keys(input) }])
  }

  renamePerformer(id: number, name: string): StashHook[] {
    return this.#rename('performer', this.#library.performers.get(id), name)
  }

  renameStudio(id: number, name: string): StashHook[] {
    return this.#rename('studio', this.#library.studios.get(id), name)
  }

  renameTag(id: number, name: string): StashHook[] {
    return this.#rename('tag', this.#library.tags.get(id), name)
  }

  renameGroup(id: number, name: string): StashHook[] {
    return this.#rename('group', this.#library.groups.get(id), name)
  }

  /** The edit form of a performer, other than the name: one Update, only the performer is bumped. */
  updatePerformer(
    id: number,
    change: { gender?: string | null; disambiguation?: string; tags?: string[] },
  ): StashHook[] {
    const performer = this.#library.performers.get(id)
    if (!performer) throw new Error(`no performer ${id}`)
    const { tags, ...plain } = change
    Object.assign(performer, plain)
    if (tags) performer.tags = tags.map((name) => this.#library.tag(name))
    const fields = Object.keys(change).map((name) => (name === 'tags' ? 'tag_ids' : name))
    return this.#update('performer', performer, fields)
  }

  /** The edit form of a group: another front image; only the group is bumped. */
  setGroupImage(id: number, image: StashImage | null): StashHook[] {
    const group = this.#library.groups.get(id)
    if (!group) throw new Error(`no group ${id}`)
    group.image = image
    return this.#update('group', group, ['front_image'])
  }

  /** The edit form of a tag: new parents; only the tag is bumped. */
  setTagParents(id: number, parents: string[]): StashHook[] {
    const tag = this.#library.tags.get(id)
    if (!tag) throw new Error(`no tag ${id}`)
    tag.parents = parents.map((name) => this.#library.tag(name))
    return this.#update('tag', tag, ['parent_ids'])
  }

  /** The edit form of a studio: another parent; only the studio is bumped. */
  setStudioParent(id: number, parent: string | null): StashHook[] {
    const studio = this.#library.studios.get(id)
    if (!studio) throw new Error(`no studio ${id}`)
    studio.parent_studio = parent === null ? null : this.#library.studio(parent)
    return this.#update('studio', studio, ['parent_id'])
  }

  /**
   * tagsMerge: Tag.Merge once; neither the scenes nor the destination are bumped. The destination takes over what carried
   * the sources, their parents and their children.
   */
  mergeTags(destination: number, sources: number[]): StashHook[] {
    const target = this.#library.tags.get(destination)
    if (!target) throw new Error(`no tag ${destination}`)
    for (const scene of this.#library.scenes.values()) {
      if (!scene.tags.some((tag) => sources.includes(tag.id))) continue
      scene.tags = scene.tags.filter((tag) => !sources.includes(tag.id) && tag !== target).concat(target)
    }
    const replaced = (tags: readonly StashTag[]): StashTag[] =>
      tags.some((tag) => sources.includes(tag.id))
        ? [...tags.filter((tag) => !sources.includes(tag.id) && tag !== target), target]
        : [...tags]
    for (const performer of this.#library.performers.values()) performer.tags = replaced(performer.tags)
    const merged = sources.flatMap((id) => this.#library.tags.get(id)?.parents ?? [])
    target.parents = [...new Set([...target.parents, ...merged])].filter(
      (tag) => !sources.includes(tag.id) && tag !== target,
    )
    for (const tag of this.#library.tags.values()) if (tag !== target) tag.parents = replaced(tag.parents)
    for (const id of sources) this.#forget('tag', id)
    const input = { source: sources.map(String), destination: String(destination) }
    return this.#fire([{ type: 'Tag.Merge.Post', id: destination, input, inputFields: ['source', 'destination'] }])
  }

  destroyPerformer(id: number): StashHook[] {
    for (const scene of this.#library.scenes.values())
      scene.performers = scene.performers.filter((one) => one.id !== id)
    return this.#destroy('performer', id)
  }

  destroyStudio(id: number): StashHook[] {
    for (const scene of this.#library.scenes.values()) if (scene.studio?.id === id) scene.studio = null
    for (const studio of this.#library.studios.values())
      if (studio.parent_studio?.id === id) studio.parent_studio = null
    return this.#destroy('studio', id)
  }

  /** tagDestroy: its children stay, without this parent; none of what carried it is bumped. */
  destroyTag(id: number): StashHook[] {
    for (const scene of this.#library.scenes.values()) scene.tags = scene.tags.filter((tag) => tag.id !== id)
    for (const performer of this.#library.performers.values())
      performer.tags = performer.tags.filter((tag) => tag.id !== id)
    for (const tag of this.#library.tags.values()) tag.parents = tag.parents.filter((parent) => parent.id !== id)
    return this.#destroy('tag', id)
  }

  destroyGroup(id: number): StashHook[] {
    for (const scene of this.#library.scenes.values())
      scene.groups = scene.groups.filter(({ group }) => group.id !== id)
    return this.#destroy('group', id)
  }

  #fire(hooks: StashHook[]): StashHook[] {
    if (hooks.length > 0) this.onHooks(hooks)
    return hooks
  }

  #apply(scene: StashScene, change: SceneChange): void {
    const { studio, performers, tags, groups, stashIds, cover, ...plain } = change
    Object.assign(scene, plain)
    if (stashIds) scene.stash_ids = stashIds.map((one) => ({ ...one, updated_at: this.#library.time.now() }))
    if (studio !== undefined) scene.studio = studio === null ? null : this.#library.studio(studio)
    if (performers) scene.performers = performers.map((performer) => this.#library.performer(performer))
    if (tags) scene.tags = tags.map((name) => this.#library.tag(name))
    if (groups) scene.groups = groups.map((name) => ({ group: this.#library.group(name), scene_index: null }))
    if (cover !== undefined) scene.cover = cover === null ? null : imageOf(cover)
  }

  #moved(id: number, from: string, to: string): void {
    const file: StashFile | undefined = this.#library.scene(id).files.find((candidate) => candidate.path === from)
    if (!file) throw new Error(`scene ${id} has no file ${from}`)
    file.path = to
    file.basename = baseName(to)
    file.updated_at = this.#library.time.now()
  }

  #rename(
    kind: NamedKind,
    entity: { id: number; name: string; updated_at: string; disambiguation?: string } | undefined,
    name: string,
  ): StashHook[] {
    if (!entity) throw new Error(`no such ${kind}`)
    this.#library.forgetName(kind, entity)
    entity.name = name
    this.#library.bump(entity)
    const type = `${capital(kind)}.Update.Post`
    return this.#fire([{ type, id: entity.id, input: { id: String(entity.id), name }, inputFields: ['id', 'name'] }])
  }

  #update(kind: NamedKind, entity: { id: number; updated_at: string }, fields: string[]): StashHook[] {
    this.#library.bump(entity)
    const type = `${capital(kind)}.Update.Post`
    return this.#fire([{ type, id: entity.id, input: { id: String(entity.id) }, inputFields: ['id', ...fields] }])
  }

  #destroy(kind: NamedKind, id: number): StashHook[] {
    this.#forget(kind, id)
    return this.#fire([{ type: `${capital(kind)}.Destroy.Post`, id, input: { id: String(id) }, inputFields: ['id'] }])
  }

  #forget(kind: NamedKind, id: number): void {
    const shelves = {
      performer: this.#library.performers,
      studio: this.#library.studios,
      tag: this.#library.tags,
      group: this.#library.groups,
    }
    const entity = shelves[kind].get(id)
    if (!entity) throw new Error(`no ${kind} ${id}`)
    this.#library.forgetName(kind, entity)
    shelves[kind].delete(id)
  }
}

function sceneUpdate(id: number, input: unknown, fields: string[] | null): StashHook {
  return { type: 'Scene.Update.Post', id, input, inputFields: fields }
}

function capital(kind: NamedKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1)
}

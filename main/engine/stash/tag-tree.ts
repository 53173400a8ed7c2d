/** The hierarchy of Stash's tags: which tags are above a tag. Pure. */
import * as z from 'zod'
import type { SceneTag, StashScene } from '../../../shared/domain.ts'

export const tagTreeSchema = z
  .array(z.object({ id: z.coerce.string(), name: z.string(), parents: z.array(z.object({ id: z.coerce.string() })) }))
  .transform((tags): TagTree => new TagTree(tags))

interface TagNode {
  readonly id: string
  readonly name: string
  readonly parents: readonly { readonly id: string }[]
}

export class TagTree {
  readonly #nodes: ReadonlyMap<string, TagNode>

  constructor(tags: readonly TagNode[]) {
    this.#nodes = new Map(tags.map((tag) => [tag.id, tag]))
  }

  /** Names of all tags above this one, each once. Stash refuses loops; one would end here all the same. */
  ancestorsOf(id: string): string[] {
    const seen = new Set([id])
    const names: string[] = []
    const open = [id]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const parent of this.#nodes.get(next)?.parents ?? []) {
        if (seen.has(parent.id)) continue
        seen.add(parent.id)
        open.push(parent.id)
        names.push(this.#nodes.get(parent.id)?.name ?? '')
      }
    }
    return names.filter((name) => name !== '')
  }

  /** The scene with the ancestors of its tags, and of those of its performers. */
  complete(scene: StashScene): StashScene {
    const withAncestors = (tag: SceneTag): SceneTag => ({ ...tag, ancestors: this.ancestorsOf(tag.id) })
    return {
      ...scene,
      tags: scene.tags.map(withAncestors),
      performers: scene.performers.map((performer) =>
        performer.tags === undefined ? performer : { ...performer, tags: performer.tags.map(withAncestors) },
      ),
    }
  }
}

/** What the poster of a scene is made from, where it is not the cover as it is, and the poster itself. */
import { createHash } from 'node:crypto'
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Base } from '../merge/base.ts'
import type { PosterRenderer } from '../posters/poster-renderer.ts'
import { type Recipe, recipeOf, recipeText } from '../posters/recipe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CoverSource } from './cover.ts'

export interface PosterDeps {
  readonly stash: Pick<StashClient, 'groupImage'>
  readonly posters: Pick<PosterRenderer, 'render'>
}

export interface PosterSource {
  /** SHA-1 of the image that it is made from; empty if there is none. */
  readonly sha1: string
  /** How it is made, with its version. */
  readonly recipe: string
  /** The image; read once. */
  bytes(): Promise<Result<Buffer>>
  /** Null for the image as it is. */
  readonly style: Recipe | null
}

export interface MadePoster {
  readonly bytes: Buffer
  readonly sha1: string
  /** What the base remembers of it. */
  readonly noted: Pick<Base, 'posterFrom' | 'posterRecipe' | 'posterKey'>
}

/** Null if the poster is the cover as it is. A fault is one of Stash. */
export async function posterSourceOf(
  scene: StashScene,
  settings: Settings,
  cover: CoverSource,
  { stash }: PosterDeps,
  signal: AbortSignal,
): Promise<Result<PosterSource | null>> {
  if (!settings.sync_master || !settings.sync_poster) return ok(null)
  const style = recipeOf(settings)
  const group = settings.poster_from_group ? scene.groups?.[0] : undefined
  if (group !== undefined) {
    const image = await stash.groupImage(group.id, signal)
    if (!image.ok) return image
    const bytes = image.value
    if (bytes !== null) {
      const recipe = style === null ? 'group' : recipeText(style)
      return ok({ sha1: hashOf('sha1', bytes), recipe, bytes: async () => ok(bytes), style })
    }
  }
  if (style === null) return ok(null)
  const sha1 = await cover.sha1()
  if (!sha1.ok) return sha1
  return ok({
    sha1: sha1.value,
    recipe: recipeText(style),
    style,
    async bytes() {
      const read = await cover.bytes()
      return read.ok ? ok(read.value.bytes) : read
    },
  })
}

export async function makePoster(source: PosterSource, { posters }: PosterDeps): Promise<Result<MadePoster>> {
  const image = await source.bytes()
  if (!image.ok) return image
  const made = source.style === null ? ok(image.value) : await posters.render(image.value, source.style)
  if (!made.ok) return made
  return ok({
    bytes: made.value,
    sha1: hashOf('sha1', made.value),
    noted: {
      posterFrom: source.sha1,
      posterRecipe: source.recipe,
      posterKey: `${hashOf('sha256', image.value)} ${source.recipe}`,
    },
  })
}

/** Names an image that was refused, so that it is refused once and not at every sync. */
export function refusalOf({ sha1, recipe }: PosterSource): string {
  return `${sha1} ${recipe}`
}

function hashOf(algorithm: 'sha1' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

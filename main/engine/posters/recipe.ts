/** How a poster is made from a cover: the recipe and its measures. Pure. */
import type { Settings } from '../../../shared/settings.ts'

export const posterWidth = 1000
export const posterHeight = 1500
export const posterQuality = 85

type PosterStyle = Exclude<Settings['poster_style'], 'cover'>
export type PosterAnchor = Settings['poster_anchor']

export interface Recipe {
  readonly style: PosterStyle
  /** Counts for `crop` only. */
  readonly anchor: PosterAnchor
}

/** Null if the cover is uploaded as it is. */
export function recipeOf(settings: Pick<Settings, 'poster_style' | 'poster_anchor'>): Recipe | null {
  const { poster_style: style, poster_anchor: anchor } = settings
  return style === 'cover' ? null : { style, anchor: style === 'crop' ? anchor : 'centre' }
}

/** What of the settings decides how the poster of a scene looks; empty while none is uploaded. */
export function posterRules(
  settings: Pick<Settings, 'sync_poster' | 'poster_style' | 'poster_anchor' | 'poster_from_group'>,
): string {
  if (!settings.sync_poster) return ''
  const recipe = recipeOf(settings)
  return JSON.stringify([recipe === null ? null : recipeText(recipe), settings.poster_from_group])
}

/** Names the recipe with its version, which is raised when the same cover would give another picture. */
export function recipeText({ style, anchor }: Recipe): string {
  const crop = style === 'crop' ? ` ${anchor}` : ''
  return `poster/1 ${style}${crop} ${posterWidth}x${posterHeight} q${posterQuality}`
}

/** Already upright enough: within 5 % of 2:3. */
export function isUpright({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return Math.abs(width / height / (posterWidth / posterHeight) - 1) <= 0.05
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Size {
  readonly width: number
  readonly height: number
}

/** The whole of an image as large as the frame takes it, in its middle. */
export function fitted(image: Size, frame: Size): Box {
  const scale = Math.min(frame.width / image.width, frame.height / image.height)
  const [width, height] = [image.width * scale, image.height * scale]
  return { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height }
}

/** The part of an image that fills a frame of another shape. */
export function cropped(image: Size, frame: Size, anchor: PosterAnchor): Box {
  const scale = Math.min(image.width / frame.width, image.height / frame.height)
  const [width, height] = [frame.width * scale, frame.height * scale]
  const share = anchor === 'left' ? 0 : anchor === 'right' ? 1 : 0.5
  return { x: (image.width - width) * share, y: (image.height - height) / 2, width, height }
}

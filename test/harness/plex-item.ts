import type { ImageKind, ImageShelf, PlexItem, PlexMedia, PlexPart, TagKind, TextField } from './plex-model.ts'
import { generatedFrame } from './sample-images.ts'

export interface PartSeed {
  file: string
  size?: number
  /** Milliseconds. */
  duration?: number
}

export interface MediaSeed {
  parts: (string | PartSeed)[]
  width?: number
  height?: number
}

/** A version of an item with its parts; `nextId` gives ids that are new on the whole server. */
export function newMedia(seed: MediaSeed, nextId: () => number): PlexMedia {
  const parts = seed.parts.map((given): PlexPart => {
    const part = typeof given === 'string' ? { file: given } : given
    const dot = part.file.lastIndexOf('.')
    return {
      id: nextId(),
      file: part.file,
      size: part.size ?? 1_000_000,
      duration: part.duration ?? 600_000,
      container: dot < 0 ? 'mp4' : part.file.slice(dot + 1).toLowerCase(),
      lower: asciiLower(part.file),
    }
  })
  return { id: nextId(), parts, width: seed.width ?? 1920, height: seed.height ?? 1080 }
}

/** The pictures of a new item: a frame that the scanner took, and nothing else. */
export function newShelves(first: PlexPart | undefined, now: number): Record<ImageKind, ImageShelf> {
  const empty = (): ImageShelf => ({ images: [], selected: null, stamp: now })
  const posters = empty()
  if (first) {
    const key = `media://${first.id.toString(16)}/${first.id}.bundle/Contents/Thumbnails/thumb1.jpg`
    posters.images.push({ key, bytes: generatedFrame, contentType: 'image/jpeg', source: '' })
    posters.selected = key
  }
  return { posters, arts: empty(), clearLogos: empty(), squareArts: empty() }
}

/** Sets or, with an empty value, clears a text field and what hangs on it. */
export function setText(item: PlexItem, name: TextField, value: string): void {
  if (value === '') delete item.text[name]
  else item.text[name] = value
  if (name === 'originallyAvailableAt') syncYear(item)
}

/** The year follows the date. */
export function syncYear(item: PlexItem): void {
  const year = Number(item.text.originallyAvailableAt?.slice(0, 4))
  item.year = Number.isInteger(year) ? year : undefined
}

/** The base name without its extension, whatever the separator. */
export function fileStem(file: string): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  const dot = base.lastIndexOf('.')
  return dot > 0 ? base.slice(0, dot) : base
}

/** Lower case as SQLite's LIKE and NOCASE have it: ASCII letters only. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The names of an item's tags of one kind, for assertions. */
export function tagNames(item: PlexItem, kind: TagKind): string[] {
  return (item.tags[kind] ?? []).map((tagging) => tagging.tag.tag)
}

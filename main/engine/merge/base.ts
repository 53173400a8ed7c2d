/** What PlexSync wrote to one Plex item: the base of the three-way merge. Only what is in it may ever be cleared. */
import * as z from 'zod'
import { type Field, fieldSchema, type ImageField } from '../../../shared/domain.ts'

const text = z.string().optional().catch(undefined)
const names = z.array(z.string()).optional().catch(undefined)

/**
 * As stored, in JSON. A row of an older or newer version is read as far as it is understood: what is not understood
 * counts as not written by us, which at worst leaves a value in Plex and never clears one that is not ours.
 */
export const baseSchema = z.object({
  scalars: z
    .object({
      title: text,
      title_sort: text,
      studio: text,
      summary: text,
      date: text,
      rating: text,
      content_rating: text,
      tagline: text,
      original_title: text,
    })
    .catch({})
    .default({}),
  /** The names that are ours, as we spelled them. A name that the user removed from Plex stays as long as Stash has it. */
  lists: z
    .object({ performers: names, tags: names, collection: names, director: names, labels: names })
    .catch({})
    .default({}),
  /** Fields whose lock in Plex is ours. */
  locked: z
    .array(fieldSchema.nullable().catch(null))
    .catch([])
    .default([])
    .transform((fields) => fields.filter((field) => field !== null)),
  /** The address of each performer's photo as last sent, by name key. */
  photos: z.record(z.string(), z.string()).catch({}).default({}),
  /** The one of our labels that is the scene's code. */
  codeLabel: text,
  /** SHA-1 of the uploaded bytes, in hexadecimal. */
  poster: text,
  background: text,
  /** What the poster was made from (SHA-1) and how, where it is not the cover itself. */
  posterFrom: text,
  posterRecipe: text,
  /** SHA-256 of the source and the recipe: the poster that is never uploaded twice. */
  posterKey: text,
  /** Source and recipe of an image that was refused, so that it is reported once. */
  posterRefused: text,
  /** The image that was not shown, because the user's choice is kept. */
  posterKept: text,
})
export type Base = z.infer<typeof baseSchema>

/** The base of an item that PlexSync never wrote to. */
export const emptyBase: Base = { scalars: {}, lists: {}, locked: [], photos: {} }

/** A base whose values, lists and locks may be replaced; the lists themselves are shared. */
export function copyOf(base: Base): Base {
  return { ...base, scalars: { ...base.scalars }, lists: { ...base.lists } }
}

/** Reads a stored base; what is no JSON object is the base of an item never written to. */
export function parseBase(json: string): Base {
  let stored: unknown
  try {
    stored = JSON.parse(json)
  } catch {
    // Not ours to repair, and nothing is lost but the knowledge of what may be cleared.
    stored = {}
  }
  return baseSchema.catch(() => baseSchema.parse({})).parse(stored)
}

/** The base after fields were locked that were not written, such as those of an image about to be uploaded. */
export function withLocks(base: Base, fields: readonly Field[]): Base {
  return { ...base, locked: [...new Set([...base.locked, ...fields])] }
}

/** The base after an image was uploaded. Plex: an upload locks its field automatically. */
export function withImage(base: Base, field: ImageField, sha1: string): Base {
  return { ...withLocks(base, [field]), [field]: sha1 }
}

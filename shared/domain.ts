/** The nouns of PlexSync, as schemas where they cross a border and as types everywhere. No I/O. */
import * as z from 'zod'
import { type ErrorClass, errorCodes } from './errors.ts'
import { matchEvidenceSchema, matchStepSchema } from './match-steps.ts'
import { posterRefusalSchema } from './poster-refusals.ts'
import { serverNames } from './server-names.ts'

export const logLevels = ['trace', 'debug', 'info', 'warning', 'error'] as const
export const logLevelSchema = z.enum(logLevels)
export type LogLevel = z.infer<typeof logLevelSchema>

/** Stash numbers its scenes from 1; ids travel as strings, as in GraphQL. */
export const sceneIdSchema = z.string().regex(/^[1-9]\d{0,15}$/, 'must be a positive whole number')
export type SceneId = string

/** Plex numbers its items from 1; rating keys travel as strings, as in its JSON. */
export const ratingKeySchema = z.string().regex(/^[1-9]\d{0,15}$/, 'must be a positive whole number')
export type RatingKey = string

export const serverNameSchema = z.enum(serverNames)
export type ServerName = z.infer<typeof serverNameSchema>

// ---- what Stash has ------------------------------------------------------------------------------------------------

export interface SceneFile {
  /** As Stash's machine sees it. */
  readonly path: string
  /** Bytes; null if Stash does not know. */
  readonly size: number | null
  /** Seconds; null if Stash does not know. */
  readonly duration: number | null
}

export interface StashScene {
  readonly id: SceneId
  readonly title: string
  readonly details: string
  /** `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or empty. */
  readonly date: string
  /** 0 to 100. */
  readonly rating100: number | null
  readonly organized: boolean
  /** RFC 3339 text in Stash's local offset; compared for equality only. Stash: whole seconds. */
  readonly updatedAt: string
  /** `updatedAt` was not older than two seconds when the scene was read, so that it may have changed again since. */
  readonly young?: true
  readonly studio: {
    readonly id: string
    readonly name: string
    readonly parentName: string | null
    readonly parentId?: string
  } | null
  readonly performers: readonly ScenePerformer[]
  readonly tags: readonly SceneTag[]
  readonly groupIds: readonly string[]
  readonly files: readonly SceneFile[]
  // These are read only while a setting needs them.
  readonly groups?: readonly { readonly id: string; readonly name: string }[]
  readonly code?: string
  /** One text for all of them. */
  readonly director?: string
  readonly hasUrl?: boolean
  readonly hasStashId?: boolean
}

export interface SceneTag {
  readonly id: string
  readonly name: string
  /** Names of all tags above it; read only while a setting needs them. */
  readonly ancestors?: readonly string[]
  /** How many scenes of Stash have it; read only while a setting needs it. */
  readonly sceneCount?: number
}

export interface ScenePerformer {
  readonly id: string
  readonly name: string
  // These are read only while a setting needs them.
  readonly disambiguation?: string
  /** As Stash has it: FEMALE, MALE …; empty if it is not known. */
  readonly gender?: string
  readonly tags?: readonly SceneTag[]
  readonly sceneCount?: number
}

// ---- what Plex has -------------------------------------------------------------------------------------------------

export interface PlexSection {
  /** Section key, a whole number as text. */
  readonly id: string
  /** Stays when the library is renamed; empty if the server shows none. */
  readonly uuid: string
  readonly title: string
  /** Only `movie` sections are written. */
  readonly type: string
  readonly locations: readonly string[]
  /** Changes when content changes: contentChangedAt, updatedAt and scannedAt joined. */
  readonly revision: string
  readonly refreshing: boolean
}

/** A file as Plex describes it. */
export interface PlexFile {
  /** As the Plex server sees it. */
  readonly file: string
  /** Bytes; null if Plex does not know. */
  readonly size: number | null
  /** Seconds; null if Plex does not know. */
  readonly duration: number | null
}

/** One file of one item, as the index keeps it. */
export interface PlexPart extends PlexFile {
  readonly sectionId: string
  readonly ratingKey: RatingKey
  readonly title: string
}

export interface PlexActor {
  readonly name: string
  readonly role: string
  readonly photo: string
}

/** An item with all its tags and locks, read from /library/metadata. Absent values are empty. */
export interface PlexItem {
  readonly ratingKey: RatingKey
  readonly sectionId: string
  readonly title: string
  readonly titleSort: string
  readonly studio: string
  readonly summary: string
  readonly contentRating: string
  readonly tagline: string
  readonly originalTitle: string
  /** YYYY-MM-DD or empty. */
  readonly date: string
  /** 0 to 10; null if not rated. */
  readonly rating: number | null
  readonly actors: readonly PlexActor[]
  readonly genres: readonly string[]
  readonly collections: readonly string[]
  readonly directors: readonly string[]
  /** Plex gives them a capital first letter. */
  readonly labels: readonly string[]
  readonly thumb: string
  readonly art: string
  /** Plex's names of the locked fields: title, studio, genre, actor, thumb… */
  readonly locks: readonly string[]
  /** Every file of every version. */
  readonly parts: readonly PlexFile[]
  /** Epoch seconds. */
  readonly updatedAt: number
}

// ---- what is written -----------------------------------------------------------------------------------------------

export const scalarFields = [
  'title',
  'title_sort',
  'studio',
  'summary',
  'date',
  'rating',
  'content_rating',
  'tagline',
  'original_title',
] as const
export const listFields = ['performers', 'tags', 'collection', 'director', 'labels'] as const
export const imageFields = ['poster', 'background'] as const
const fields = [...scalarFields, ...listFields, ...imageFields] as const
export const fieldSchema = z.enum(fields)
export type ScalarField = (typeof scalarFields)[number]
export type ListField = (typeof listFields)[number]
export type ImageField = (typeof imageFields)[number]
export type Field = z.infer<typeof fieldSchema>

/** A value as shown: text (also dates and ratings) or a list of names; null if there is none. */
export const fieldValueSchema = z.union([z.string(), z.array(z.string()), z.null()])
export type FieldValue = z.infer<typeof fieldValueSchema>

export const changeSchema = z.object({
  field: fieldSchema,
  before: fieldValueSchema,
  after: fieldValueSchema,
  /** Of an image: hashes of the small copies that were kept; null if none was, or it is gone. */
  pictures: z.object({ before: z.string().nullable(), after: z.string().nullable() }).optional(),
})
export type Change = z.infer<typeof changeSchema>

export const errorCodeSchema = z.enum(errorCodes as [(typeof errorCodes)[number], ...(typeof errorCodes)[number][]])

/** The words are in kept.ts, those of `refused` beside its values; what an earlier release stored may have none. */
const keptCodeSchema = z.enum([
  'refused',
  'failed',
  'edited',
  'locked',
  'not_ours',
  'changed_since',
  'never_cleared',
  'former_image',
  'shortened',
  'no_poster',
])

/** A field that differs and is left alone on purpose. */
export const keptSchema = z.object({
  field: fieldSchema,
  reason: z.string(),
  code: keptCodeSchema.optional().catch(undefined),
  /** For `refused`: the value, or the names; the HTTP status, null if the connection was cut. */
  values: z.object({ value: z.string(), status: z.number().nullable() }).optional(),
  /** For `failed`: the fault's code. */
  error: errorCodeSchema.optional().catch(undefined),
  /** For `no_poster`: what is wrong with the image; absent if it was refused before. */
  refusal: posterRefusalSchema.optional().catch(undefined),
})
export type Kept = z.infer<typeof keptSchema>

// ---- matching ------------------------------------------------------------------------------------------------------

export const confidenceSchema = z.enum(['high', 'low', 'none'])
export type Confidence = z.infer<typeof confidenceSchema>

export const candidateSchema = z.object({
  rating_key: z.string(),
  section: z.string(),
  file: z.string(),
  title: z.string(),
  /** One phrase each. */
  evidence: z.array(z.string()),
  /** The same for scripts and other languages; absent in dead letters of a release before them. */
  evidence_codes: z.array(matchEvidenceSchema).optional().catch(undefined),
})
export type Candidate = z.infer<typeof candidateSchema>

export const explanationSchema = z.object({
  confidence: confidenceSchema,
  /** The item that would be written; the first one where the file is in several libraries. */
  rating_key: z.string().nullable(),
  rating_keys: z.array(z.string()),
  /** One sentence per step, in the order they were taken. */
  steps: z.array(z.string()),
  /** The same for scripts and other languages. */
  step_codes: z.array(matchStepSchema),
  candidates: z.array(candidateSchema),
  /** Fields of the items that were left alone when they were written last, such as values that Plex refuses. */
  kept: z.array(keptSchema).default([]),
})
export type Explanation = z.infer<typeof explanationSchema>

// ---- queue ---------------------------------------------------------------------------------------------------------

export const jobKinds = ['scene', 'performer', 'studio', 'tag', 'group'] as const
export const jobKindSchema = z.enum(jobKinds)
/** What changed in Stash: a scene is written, the others fan out to the scenes that carry them. */
export type JobKind = z.infer<typeof jobKindSchema>

const jobOrigins = ['hook', 'sweep', 'reconcile', 'manual', 'fan_out', 'retry'] as const
export const jobOriginSchema = z.enum(jobOrigins)
export type JobOrigin = z.infer<typeof jobOriginSchema>

/** The outcome of a job. Every hook ends in one of these, waits, or becomes a dead letter. */
export const outcomes = [
  'synced',
  'unchanged',
  'filtered',
  'skipped',
  'scene_gone',
  'fanned_out',
  'superseded',
  'discarded',
] as const
const outcomeSchema = z.enum(outcomes)
export type Outcome = z.infer<typeof outcomeSchema>

export const jobStates = ['ready', 'delayed', 'in_progress', 'dead', ...outcomes] as const
export const jobStateSchema = z.enum(jobStates)
export type JobState = z.infer<typeof jobStateSchema>

export const errorClassSchema = z.enum([
  'transient',
  'server_down',
  'not_found',
  'auth',
  'setting',
  'needs_you',
  'permanent',
  'unknown',
] satisfies ErrorClass[])

export const circuitStateSchema = z.enum(['closed', 'open', 'half_open'])
export type CircuitState = z.infer<typeof circuitStateSchema>

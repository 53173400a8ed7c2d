/**
 * The contract between the engine and everything that talks to it: the window (IPC or HTTP) and the command line.
 * Each call has a request and a response schema, each event a payload schema; `Api` is derived, so a missing handler
 * does not compile. Answers are `Result`s: a fault carries a code of the closed error table.
 *
 * Past 300 lines because it is one table; the schemas are beside the calls that carry them.
 */
import * as z from 'zod'
import { decline } from './decline.ts'
import {
  candidateSchema,
  changeSchema,
  circuitStateSchema,
  confidenceSchema,
  errorClassSchema,
  errorCodeSchema,
  explanationSchema,
  fieldSchema,
  fieldValueSchema,
  jobKindSchema,
  jobOriginSchema,
  jobStateSchema,
  keptSchema,
  logLevelSchema,
  ratingKeySchema,
  sceneIdSchema,
  serverNameSchema,
} from './domain.ts'
import { findingStateSchema } from './health.ts'
import { matchStepSchema } from './match-steps.ts'
import { momentSchema } from './moment.ts'
import { playRowSchema, playStateSchema, playsStatusSchema, pullReportSchema, undoReportSchema } from './plays.ts'
import { pluginStepSchema } from './plugin-steps.ts'
import { remarkFields } from './remarks.ts'
import { requestProblemSchema } from './request-problems.ts'
import { type RequestRule, ruleOf } from './request-rules.ts'
import { ok, type Result } from './result.ts'
import { taskSchema } from './tasks.ts'
import { statusStateSchema, waitingForSchema } from './waiting.ts'

// ---- status --------------------------------------------------------------------------------------------------------

const serverStatusSchema = z.object({
  configured: z.boolean(),
  /** By the last exchange; null while none has taken place. */
  reachable: z.boolean().nullable(),
  version: z.string().nullable(),
  /** Set while the token or key is refused. */
  auth_refused: z.boolean(),
  /** How long the last response took; null while there was none. */
  latency_ms: z.number().nullable(),
  /** Set where it was asked for this call and said nothing within this time. */
  silent_seconds: z.number().optional(),
})

/** The five looks of a state: one colour and one shape each, the same everywhere. */
export const activityStateSchema = z.enum(['idle', 'working', 'waiting', 'needs_you', 'stopped'])
export type ActivityState = z.infer<typeof activityStateSchema>

export const statusSchema = z.object({
  version: z.string(),
  running: z.boolean(),
  pid: z.number().nullable(),
  /** The first of stopped, setup, paused, waiting, needs_you, working, idle that holds. */
  state: statusStateSchema,
  paused: z.boolean(),
  /** The setting `enabled`: while it is off, changes are only collected. */
  enabled: z.boolean(),
  /** Consent to write was given, and everything that is needed is set. */
  setup_finished: z.boolean(),
  health: z.object({ ok: z.boolean(), warnings: z.number(), errors: z.number() }),
  queue: z.object({ ready: z.number(), delayed: z.number(), in_progress: z.number() }),
  dead_letters: z.number(),
  needs_you: z.number(),
  circuit: z.object({ plex: circuitStateSchema, stash: circuitStateSchema }),
  /** What keeps changes from being written, and since when; null while nothing does. */
  waiting_for: waitingForSchema.nullable(),
  plex: serverStatusSchema.extend({
    /** Whether Plex accepts edits; null until one was answered. */
    can_write: z.boolean().nullable(),
  }),
  stash: serverStatusSchema.extend({
    /** Whether Stash has a database that it uses; null until it said so. */
    state: z.enum(['ok', 'setup', 'needs_migration']).nullable(),
  }),
  index: z.object({ items: z.number(), refreshed_at: momentSchema }),
  /** Scenes that are in sync with Plex. */
  synced_scenes: z.number(),
  /** Items that were in sync under other settings than the present ones, and wait for a rewrite. */
  pending_rewrite: z.number(),
  /** Names in plex_library that no library of Plex has. */
  unknown_libraries: z.array(z.string()),
  last_synced_at: momentSchema,
  /** Finished jobs per minute of the last five minutes, over the time in which there was work. */
  per_minute: z.number(),
  /** Address of the hook listener; null while it does not listen. */
  webhook_url: z.string().nullable(),
  /** When the last hook came in. */
  last_event_at: momentSchema,
})
export type Status = z.infer<typeof statusSchema>

// ---- activity ------------------------------------------------------------------------------------------------------

export const activityRowSchema = z.object({
  job_id: z.number(),
  kind: jobKindSchema,
  /** Id of the scene, or of the performer, studio, tag or group. */
  scene_id: z.string(),
  title: z.string(),
  /** The item that was written or compared; null if none was, or not yet. */
  rating_key: z.string().nullable(),
  state: jobStateSchema,
  origin: jobOriginSchema,
  attempts: z.number(),
  received_at: z.string(),
  /** When a delayed job is due. */
  due_at: momentSchema,
  finished_at: momentSchema,
  /** One sentence: its outcome, or why it waits. */
  detail: z.string(),
  ...remarkFields,
})
export type ActivityRow = z.infer<typeof activityRowSchema>

const historyHourSchema = z.object({
  /** Its beginning. */
  at: z.string(),
  written: z.number(),
  unchanged: z.number(),
  /** Jobs that became dead letters. */
  failed: z.number(),
})
export type HistoryHour = z.infer<typeof historyHourSchema>

const timelineEntrySchema = z.object({
  at: z.string(),
  step: z.enum(['received', 'matched', 'planned', 'written', 'verified', 'unchanged', 'waiting', 'failed', 'undone']),
  detail: z.string(),
  ...remarkFields,
  changes: z.array(changeSchema),
  /** How the item was found, for other languages than that of `detail`; absent for jobs of a release before them. */
  confidence: confidenceSchema.optional(),
  step_codes: z.array(matchStepSchema).optional(),
})
export type TimelineEntry = z.infer<typeof timelineEntrySchema>

const sceneItemSchema = z.object({
  rating_key: z.string(),
  section: z.string(),
  file: z.string(),
  plex_url: z.string().nullable(),
  written_at: momentSchema,
  can_undo: z.boolean(),
  kept: z.array(keptSchema),
})

const sceneStorySchema = z.object({
  scene_id: z.string(),
  title: z.string(),
  stash_url: z.string().nullable(),
  items: z.array(sceneItemSchema),
  jobs: z.array(activityRowSchema),
  /** Newest first. */
  timeline: z.array(timelineEntrySchema),
})
export type SceneStory = z.infer<typeof sceneStorySchema>

// ---- sync ----------------------------------------------------------------------------------------------------------

const recentScenesSchema = z.object({ scope: z.literal('recent') })
const namedScenesSchema = z.object({ scope: z.literal('scenes'), scene_ids: z.array(sceneIdSchema).min(1) })
const syncSelectionSchema = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('all') }),
  recentScenesSchema,
  namedScenesSchema,
])
export type SyncSelection = z.infer<typeof syncSelectionSchema>

export const enqueueReportSchema = z.object({
  scenes: z.number(),
  enqueued: z.number(),
  skipped: z.object({
    no_file: z.number(),
    no_metadata: z.number(),
    already_queued: z.number(),
    /** Held back by a setting, such as only_organized. */
    filtered: z.number(),
  }),
})
export type EnqueueReport = z.infer<typeof enqueueReportSchema>

/** Fields that were locked in Plex without this installation's doing, and count as written by it now. */
export const adoptedLocksSchema = z.object({
  items: z.number(),
  fields: z.number(),
  /** Fields that have another value in Plex than in Stash; adopted only if all were asked for. */
  differing: z.number(),
  /** Scenes that will be written because of it. */
  enqueued: z.number(),
  /** The first of those that differ. */
  sample: z.array(
    z.object({
      scene_id: z.string(),
      rating_key: z.string(),
      title: z.string(),
      field: fieldSchema,
      plex: fieldValueSchema,
      stash: fieldValueSchema,
    }),
  ),
})
export type AdoptedLocks = z.infer<typeof adoptedLocksSchema>

/** A scene as a list of search results shows it. */
const foundSceneSchema = z.object({ scene_id: z.string(), title: z.string(), path: z.string() })
export type FoundScene = z.infer<typeof foundSceneSchema>

/** One scene beside its item in Plex: what both show, and what a write would make of it. */
const comparedSceneSchema = z.object({
  ...foundSceneSchema.shape,
  confidence: explanationSchema.shape.confidence,
  rating_key: z.string().nullable(),
  /** Title of the library. */
  section: z.string(),
  stash_url: z.string().nullable(),
  plex_url: z.string().nullable(),
  rows: z.array(
    z.object({
      field: changeSchema.shape.field,
      /** As it would be written. */
      stash: fieldValueSchema,
      plex: fieldValueSchema,
      /** What Plex shows after a write; the same as now where nothing would be written. */
      after: fieldValueSchema,
    }),
  ),
  kept: z.array(keptSchema),
  /** Why nothing could be written; null if it could. */
  reason: z.string().nullable(),
  ...remarkFields,
})
export type ComparedScene = z.infer<typeof comparedSceneSchema>

const writtenSceneSchema = z.object({
  scene_id: z.string(),
  title: z.string(),
  rating_key: z.string().nullable(),
  written: z.array(changeSchema.shape.field),
  verified: z.array(changeSchema.shape.field),
  /** What Plex does not show although it was written. */
  differs: z.array(z.object({ field: changeSchema.shape.field, want: fieldValueSchema, have: fieldValueSchema })),
  items: z.array(
    z.object({
      rating_key: z.string(),
      plex_url: z.string().nullable(),
      changes: z.array(changeSchema),
      kept: z.array(keptSchema),
    }),
  ),
})
export type WrittenScene = z.infer<typeof writtenSceneSchema>

const scenePlanSchema = z.object({
  scene_id: z.string(),
  title: z.string(),
  rating_key: z.string().nullable(),
  confidence: explanationSchema.shape.confidence,
  changes: z.array(changeSchema),
  kept: z.array(keptSchema),
  /** Why nothing would be written; null if something would, or where all is equal already. */
  reason: z.string().nullable(),
  ...remarkFields,
})
export type ScenePlan = z.infer<typeof scenePlanSchema>

// ---- dead letters --------------------------------------------------------------------------------------------------

export const deadLetterSchema = z.object({
  id: z.number(),
  scene_id: z.string(),
  title: z.string(),
  class: errorClassSchema,
  code: errorCodeSchema,
  reason: z.string(),
  /** What the reason says, for other languages; empty if the code and the reason say everything. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
  /** Where the reason is the last step of a match, or one of our own. */
  step: matchStepSchema.optional(),
  because: requestProblemSchema.optional(),
  attempts: z.number(),
  failed_at: z.string(),
  /** What to do, in the words of the error table. */
  action: z.string(),
  /** Waits for the user's decision. */
  needs_you: z.boolean(),
  /** The file it is about, and the items it could be; for `low_confidence` and `item_taken`. */
  path: z.string().nullable(),
  candidates: z.array(candidateSchema),
  /** Oldest first: when and why each attempt failed. */
  attempts_log: z.array(z.object({ at: z.string(), message: z.string(), ...remarkFields })),
  stash_url: z.string().nullable(),
})
export type DeadLetter = z.infer<typeof deadLetterSchema>

const deadLetterSelectionSchema = z.discriminatedUnion('select', [
  z.object({ select: z.literal('ids'), ids: z.array(z.number().int().positive()).min(1) }),
  z.object({ select: z.literal('all') }),
  z.object({
    select: z.literal('like'),
    code: errorCodeSchema,
    /** Only those that contain it, as `listDeadLetters` finds them. */
    text: z.string().min(1).optional(),
    except: z.array(z.number().int().positive()).optional(),
  }),
])
export type DeadLetterSelection = z.infer<typeof deadLetterSelectionSchema>

// ---- paths ---------------------------------------------------------------------------------------------------------

const pathTestSchema = z.object({
  samples: z.number(),
  found: z.number(),
  /** The rules tested or proposed, as `stash => plex`. */
  rules: z.array(z.object({ rule: z.string(), evidence: z.string(), ...remarkFields, files: z.number() })),
  failures: z.array(
    z.object({ stash_path: z.string(), mapped: z.string().nullable(), reason: z.string(), ...remarkFields }),
  ),
  /** Some of the samples that were found, as both servers see them. */
  examples: z.array(z.object({ stash_path: z.string(), plex_path: z.string() })),
})
export type PathTest = z.infer<typeof pathTestSchema>

// ---- reconcile -----------------------------------------------------------------------------------------------------

export const reconcileScopeSchema = z.enum(['all', '24h', '7days'])
export type ReconcileScope = z.infer<typeof reconcileScopeSchema>
export const gapKindSchema = z.enum(['missing', 'empty', 'stale', 'drifted', 'unknown_to_stash'])
export type GapKind = z.infer<typeof gapKindSchema>

export const gapRowSchema = z.object({
  kind: gapKindSchema,
  scene_id: z.string().nullable(),
  rating_key: z.string().nullable(),
  title: z.string(),
  path: z.string(),
  changes: z.array(changeSchema),
  /** Why it was not enqueued; null if it was, or can be. */
  skipped: z
    .enum(['already_queued', 'no_metadata', 'no_file', 'filtered', 'unknown_to_stash', 'switched_off', 'only_new'])
    .nullable(),
  enqueued: z.boolean(),
})
export type GapRow = z.infer<typeof gapRowSchema>

/** A scene that is missing in Plex and a file of Plex that no scene has, likely the same. */
const gapPairSchema = z.object({
  scene_id: z.string(),
  title: z.string(),
  path: z.string(),
  rating_key: z.string(),
  plex_title: z.string(),
  plex_file: z.string(),
  evidence: z.enum(['file_size', 'file_name', 'title']),
})
export type GapPair = z.infer<typeof gapPairSchema>

export const reconcileRunSchema = z.object({
  id: z.number(),
  scope: reconcileScopeSchema,
  dry_run: z.boolean(),
  state: z.enum(['running', 'done', 'cancelled', 'failed', 'interrupted']),
  started_at: z.string(),
  finished_at: momentSchema,
  scenes_checked: z.number(),
  /** How many scenes there are to check; null until known. */
  scenes_total: z.number().nullable(),
  plex_items: z.number(),
  gaps: z.object({
    missing: z.number(),
    empty: z.number(),
    stale: z.number(),
    drifted: z.number(),
    unknown_to_stash: z.number(),
  }),
  enqueued: z.number(),
  skipped: z.object({
    already_queued: z.number(),
    no_metadata: z.number(),
    no_file: z.number(),
    filtered: z.number(),
  }),
  /** Items that differ only because a setting changed: they are written when their scene changes, or by a rewrite. */
  pending_rewrite: z.number(),
  requests: z.object({ stash: z.number(), plex: z.number() }),
  seconds: z.number(),
  /** Why it failed; null otherwise. */
  problem: z.string().nullable(),
  ...remarkFields,
})
export type ReconcileRun = z.infer<typeof reconcileRunSchema>

// ---- log, health, outages ------------------------------------------------------------------------------------------

export const logLineSchema = z.object({
  at: z.string(),
  level: logLevelSchema,
  component: z.string(),
  scene_id: z.string().nullable(),
  /** As printed: `[PlexSync Worker] Job 456 completed`. */
  line: z.string(),
})
export type LogLine = z.infer<typeof logLineSchema>

const logFilterSchema = z.object({
  /** This level and those above it. */
  level: logLevelSchema.optional(),
  component: z.string().optional(),
  scene_id: sceneIdSchema.optional(),
  text: z.string().optional(),
  /** ISO 8601. */
  since: z.string().optional(),
  limit: z.number().int().min(1).max(10_000).default(500),
})
export type LogFilter = z.infer<typeof logFilterSchema>

const healthCheckSchema = z.object({
  id: z.string(),
  title: z.string(),
  ok: z.boolean(),
  /** A failing check that does not stop the work. */
  warning: z.boolean(),
  detail: z.string(),
  /** What to do; null if all is well. */
  cure: z.string().nullable(),
  state: findingStateSchema,
  /** What was found, for scripts and for other languages: one of `healthFindingSchema`. */
  code: z.string(),
  values: z.record(z.string(), z.unknown()),
})
export type HealthCheck = z.infer<typeof healthCheckSchema>

const outageReportSchema = z.object({
  outages: z.array(
    z.object({
      id: z.number(),
      server: serverNameSchema,
      started_at: z.string(),
      ended_at: momentSchema,
      seconds: z.number(),
      jobs_delayed: z.number(),
      reason: z.string(),
      ...remarkFields,
    }),
  ),
  servers: z.array(
    z.object({
      server: serverNameSchema,
      /** Mean time to recovery and mean time between failures, in seconds; null if there is no outage to compute it from. */
      mttr_seconds: z.number().nullable(),
      mtbf_seconds: z.number().nullable(),
      /** 0 to 1, since the first start. */
      availability: z.number(),
    }),
  ),
})
export type OutageReport = z.infer<typeof outageReportSchema>

// ---- settings ------------------------------------------------------------------------------------------------------

const settingValueSchema = z.union([z.string(), z.number(), z.boolean()])
/** Title, section key or uuid of a Plex library whose own settings are meant. */
const libraryName = z.string().min(1).optional()

const settingRowSchema = z.object({
  name: z.string(),
  /** For secrets `set, ends in abcd` or empty. */
  value: settingValueSchema,
  default: settingValueSchema,
  changed: z.boolean(),
  /** `environment` and `argument` values cannot be changed in the window. */
  source: z.enum(['default', 'stored', 'library', 'environment', 'argument']),
})
export type SettingRow = z.infer<typeof settingRowSchema>

/** Who stores settings: given completely by commands, they are consent to write; through the window they are not. */
const settingsCallerSchema = z.enum(['window', 'command']).default('window')

// ---- setup ---------------------------------------------------------------------------------------------------------

const libraryInfoSchema = z.object({
  id: z.string(),
  title: z.string(),
  type: z.string(),
  items: z.number().nullable(),
  usable: z.boolean(),
  /** Why it cannot be used; null if it can. */
  reason: z.string().nullable(),
  ...remarkFields,
  locations: z.array(z.string()),
})
export type LibraryInfo = z.infer<typeof libraryInfoSchema>

const plexTestSchema = z.object({
  name: z.string(),
  version: z.string(),
  machine_identifier: z.string(),
  libraries: z.array(libraryInfoSchema),
})
const stashTestSchema = z.object({ version: z.string(), scenes: z.number(), os: z.string().nullable() })

const plexServerSchema = z.object({
  name: z.string(),
  machine_identifier: z.string(),
  version: z.string(),
  owned: z.boolean(),
  addresses: z.array(
    z.object({
      uri: z.string(),
      local: z.boolean(),
      relay: z.boolean(),
      reachable: z.boolean(),
      milliseconds: z.number().nullable(),
    }),
  ),
  /** The address to use: the first in Plex's order of preference that answered; null if none did. */
  best: z.string().nullable(),
})
export type PlexServerChoice = z.infer<typeof plexServerSchema>

const pluginVariantSchema = z.enum(['js', 'python'])
const pluginStatusSchema = z.object({
  installed: z.boolean(),
  enabled: z.boolean(),
  version: z.string().nullable(),
  /** Version that this PlexSync would install. */
  current_version: z.string(),
  variant: pluginVariantSchema.nullable(),
  /** Address that the installed plugin reports to; null if unknown. */
  address: z.string().nullable(),
  /** Whether that address is this PlexSync's, and the token in the plugin its own; null if not known. */
  reaches_us: z.boolean().nullable(),
  knows_token: z.boolean().nullable(),
  /** Address of another PlexSync whose plugin holds the id `plexsync`; null if there is none. */
  others: z.string().nullable(),
  last_event_at: momentSchema,
})
const pluginInstallSchema = z.object({
  installed: z.boolean(),
  variant: pluginVariantSchema,
  method: z.enum(['folder', 'package', 'none']),
  /** Address of another PlexSync whose plugin holds the id: it stays, and this one can be installed beside it. */
  others: z.string().nullable(),
  /** What was done and found, in order; the same as codes beside it. */
  steps: z.array(z.string()),
  step_codes: z.array(pluginStepSchema).optional(),
})

const importReportSchema = z.object({
  imported: z.array(z.object({ name: z.string(), value: z.string(), from: z.string() })),
  /** `problem` where the value is not accepted. */
  /** `code` and `values` are one of `leftOutSchema`. */
  not_imported: z.array(z.object({ from: z.string(), reason: z.string(), ...remarkFields })),
})

// ---- the table -----------------------------------------------------------------------------------------------------

interface Call<Request extends z.ZodType = z.ZodType, Response extends z.ZodType = z.ZodType> {
  readonly about: string
  readonly request: Request
  readonly response: Response
}
function call<Request extends z.ZodType, Response extends z.ZodType>(
  about: string,
  request: Request,
  response: Response,
): Call<Request, Response> {
  return { about, request, response }
}

const nothing = z.object({})
const count = (name: string) => z.object({ [name]: z.number() })
const page = { offset: z.number().int().min(0).default(0), limit: z.number().int().min(1).max(1000).default(100) }

/** The place of a row in the order of its list. */
const rowKeySchema = z.object({ key: z.union([z.number(), z.string()]), id: z.number() })
const deepPage = {
  ...page,
  /** A row that the caller has: the page is read from there, however deep it is. With `total`, rows are not counted again. */
  near: rowKeySchema.extend({ index: z.number().int().min(0), total: z.number().int().min(0).optional() }).optional(),
}
/** The first and the last row of the page, for `near`; null without rows. */
const pageEnds = { ends: z.object({ first: rowKeySchema, last: rowKeySchema }).nullable() }

const samples = z.number().int().min(1).max(10_000).default(20)

const longCalls = {
  sync_some: z.discriminatedUnion('scope', [recentScenesSchema, namedScenesSchema]),
  plan: z.object({
    selection: syncSelectionSchema,
    /** Scenes at most. */
    limit: z.number().int().min(1).max(100_000).optional(),
    /** With the scopes `all` and `recent`: begins after this scene. */
    after: sceneIdSchema.optional(),
  }),
  gaps: z.object({
    id: z.number().int().positive(),
    kind: gapKindSchema.optional(),
    scene_ids: z.array(sceneIdSchema).optional(),
  }),
  rewrite: nothing,
  adopt: z.object({
    /** Also fields whose value in Plex is another one: Stash overwrites those then. */
    all: z.boolean().default(false),
    dry_run: z.boolean().default(false),
  }),
  preview: z.object({ values: z.record(z.string(), settingValueSchema), library: libraryName }),
  backup: z.object({ file: z.string().min(1).optional() }),
  restore: z.object({ file: z.string().min(1) }),
  import: z.object({ document: z.string(), passphrase: z.string().optional(), by: settingsCallerSchema }),
  dead_letters: deadLetterSelectionSchema,
  undo_discard: z.object({ ids: z.array(z.number().int().positive()).min(1) }),
  purge: z.object({ older_than_days: z.number().min(0) }),
  paths_test: z.object({ samples, path_map: z.string().optional() }),
  paths_suggest: z.object({ samples }),
  plugin_install: z.object({
    variant: pluginVariantSchema.optional(),
    consent: z.boolean(),
    beside: z.boolean().optional(),
  }),
  activity_pull: z.object({ dry_run: z.boolean().default(false) }),
  activity_undo: z.discriminatedUnion('select', [
    z.object({ select: z.literal('run'), run: z.number().int().positive() }),
    z.object({ select: z.literal('all') }),
  ]),
  reconcile: z.object({ scope: reconcileScopeSchema, dry_run: z.boolean().default(false) }),
} as const

function taskOf<K extends string, R extends z.ZodType>(kind: K, request: R) {
  return z.object({ kind: z.literal(kind), request })
}

export const calls = {
  getStatus: call('State of the whole.', nothing, statusSchema),
  pause: call('Stop claiming jobs; what is in flight ends.', nothing, statusSchema),
  resume: call('Resume claiming jobs.', nothing, statusSchema),
  finishSetup: call(
    'Consent to write to Plex: the buttons of the last step of the setup. What was kept is released.',
    z.object({
      /** `all`: the library is wanted as it is, and the caller enqueues it. `new`: only changes from now on. */
      library: z.enum(['all', 'new']),
    }),
    statusSchema,
  ),

  processQueue: call(
    'Wait until the queue has nothing left that is due; drains it in the foreground where no worker runs.',
    z.object({
      timeout_seconds: z.number().positive().optional(),
      /** A part of a longer wait, whose end is nothing to log. */
      slice: z.boolean().default(false),
    }),
    z.object({
      processed: z.number(),
      synced: z.number(),
      unchanged: z.number(),
      retried: z.number(),
      dead_lettered: z.number(),
      remaining: z.number(),
      seconds: z.number(),
      /**
       * Why it ended early: a server does not answer, the time was up, or the setup is not finished and what is left is
       * kept; null when all that was due is done.
       */
      stopped_by: z.enum(['server', 'timeout', 'cancelled', 'setup']).nullable(),
    }),
  ),

  listActivity: call(
    'Jobs, newest first.',
    z.object({
      state: z.array(jobStateSchema).optional(),
      scene_id: sceneIdSchema.optional(),
      text: z.string().optional(),
      ...deepPage,
    }),
    z.object({ total: z.number(), rows: z.array(activityRowSchema), ...pageEnds }),
  ),
  getHistory: call(
    'How jobs ended in each hour of the last 31 days; hours without any are left out.',
    nothing,
    z.object({ hours: z.array(historyHourSchema) }),
  ),
  getScene: call('The whole story of one scene.', z.object({ scene_id: sceneIdSchema }), sceneStorySchema),
  undoScene: call(
    'Take back the last write of a scene, from its stored state.',
    z.object({ scene_id: sceneIdSchema }),
    z.object({
      changes: z.array(changeSchema),
      /** What could not be brought back, with the reason. */
      kept: z.array(keptSchema),
    }),
  ),

  enqueueScenes: call('Put scenes into the queue.', syncSelectionSchema, enqueueReportSchema),
  planScenes: call(
    'Dry run: what would be written. A large library is planned in portions.',
    longCalls.plan,
    z.object({
      plans: z.array(scenePlanSchema),
      /** With the scopes `all` and `recent`: where the next portion begins; null after the last one. */
      next: sceneIdSchema.nullable(),
    }),
  ),

  findScenes: call(
    'The latest scenes of Stash whose title, details or path contain a text, or the one with this id.',
    z.object({ text: z.string().min(1), limit: z.number().int().min(1).max(50).default(12) }),
    z.object({ scenes: z.array(foundSceneSchema) }),
  ),
  compareScene: call(
    'One scene beside its item in Plex, and what a write would change; without an id one that matches well.',
    z.object({
      scene_id: sceneIdSchema.optional(),
      /** Not these, when one is chosen. */
      except: z.array(sceneIdSchema).max(100).default([]),
    }),
    z.object({ scene: comparedSceneSchema.nullable() }),
  ),
  writeScene: call(
    'Write one scene now and read it back. Needs no consent to write any other, and gives none.',
    z.object({ scene_id: sceneIdSchema }),
    writtenSceneSchema,
  ),

  listDeadLetters: call(
    'What failed for good or waits for the user: a page of it, newest first unless asked otherwise.',
    z.object({
      code: errorCodeSchema.optional(),
      text: z.string().min(1).optional(),
      ids: z.array(z.number().int().positive()).max(1000).optional(),
      sort: z.enum(['failed', 'scene', 'title', 'attempts']).default('failed'),
      descending: z.boolean().default(true),
      ...deepPage,
      // Of a list that used to come whole, scripts that know no pages get as much as may be.
      limit: deepPage.limit.default(1000),
    }),
    z.object({ total: z.number(), rows: z.array(deadLetterSchema), ...pageEnds }),
  ),
  listDeadLetterCauses: call(
    'Dead letters by cause, the most frequent first.',
    nothing,
    z.object({
      causes: z.array(
        z.object({
          code: errorCodeSchema,
          count: z.number(),
          /** The three newest scenes that have it. */
          scene_ids: z.array(z.string()),
        }),
      ),
    }),
  ),
  retryDeadLetters: call('Try dead letters again.', longCalls.dead_letters, count('retried')),
  discardDeadLetters: call(
    'Throw dead letters away; can be undone.',
    longCalls.dead_letters,
    z.object({ discarded: z.number(), ids: z.array(z.number()) }),
  ),
  restoreDeadLetters: call('Undo a discard.', longCalls.undo_discard, count('restored')),
  purgeDeadLetters: call('Remove dead letters older than this many days.', longCalls.purge, count('purged')),

  explainMatch: call(
    'Each matching step for a scene or a path.',
    z.union([z.object({ scene_id: sceneIdSchema }), z.object({ path: z.string().min(1) })]),
    explanationSchema,
  ),
  pickMatch: call(
    'Record which item a scene’s file is; remembered for that file, and the scene is retried.',
    z.object({ scene_id: sceneIdSchema, rating_key: ratingKeySchema }),
    z.object({ path: z.string(), rating_key: z.string() }),
  ),

  unpickMatch: call(
    'Take a pick back: it is forgotten, what was written because of it is undone, and the scene asks again.',
    z.object({ scene_id: sceneIdSchema, rating_key: ratingKeySchema }),
    z.object({ changes: z.array(changeSchema) }),
  ),

  testPaths: call('Map sample files of Stash and look for them in Plex.', longCalls.paths_test, pathTestSchema),
  suggestPaths: call('Derive path rules from both libraries.', longCalls.paths_suggest, pathTestSchema),

  startReconcile: call('Compare the libraries.', longCalls.reconcile, reconcileRunSchema),
  cancelReconcile: call('Stop the comparison that runs.', nothing, reconcileRunSchema),
  getReconcile: call(
    'A comparison, or the latest one.',
    z.object({ id: z.number().int().positive().optional() }),
    z.object({ run: reconcileRunSchema.nullable() }),
  ),
  listReconciles: call(
    'The comparisons that are kept, the latest first, and when the next one is due.',
    nothing,
    z.object({ runs: z.array(reconcileRunSchema), next_at: momentSchema }),
  ),
  listGapPairs: call(
    'Scenes missing in Plex beside files that no scene has, where both are likely the same.',
    z.object({ id: z.number().int().positive() }),
    z.object({ pairs: z.array(gapPairSchema) }),
  ),
  listGaps: call(
    'Gaps that a comparison found, in the order in which it found them.',
    z.object({
      id: z.number().int().positive(),
      kind: gapKindSchema.optional(),
      skipped: z.boolean().optional(),
      text: z.string().optional(),
      ...deepPage,
    }),
    z.object({ total: z.number(), rows: z.array(gapRowSchema), ...pageEnds }),
  ),
  enqueueGaps: call('Put gaps of a comparison into the queue.', longCalls.gaps, enqueueReportSchema),

  adoptLocks: call(
    'Take fields that are locked in Plex, and that this installation does not know, for written by it.',
    longCalls.adopt,
    adoptedLocksSchema,
  ),

  beginTask: call(
    'Start long work as a task, which continues when the caller leaves. Its result is that of the call for the same work.',
    z.discriminatedUnion('kind', [
      taskOf('sync_all', nothing),
      taskOf('sync_some', longCalls.sync_some),
      taskOf('plan', longCalls.plan),
      taskOf('reconcile', longCalls.reconcile),
      taskOf('gaps', longCalls.gaps),
      taskOf('rewrite', longCalls.rewrite),
      taskOf('adopt', longCalls.adopt),
      taskOf('preview', longCalls.preview),
      taskOf('backup', longCalls.backup),
      taskOf('restore', longCalls.restore),
      taskOf('import', longCalls.import),
      taskOf('retry', longCalls.dead_letters),
      taskOf('discard', longCalls.dead_letters),
      taskOf('undo_discard', longCalls.undo_discard),
      taskOf('purge', longCalls.purge),
      taskOf('doctor', nothing),
      taskOf('paths_test', longCalls.paths_test),
      taskOf('paths_suggest', longCalls.paths_suggest),
      taskOf('clear_pictures', nothing),
      taskOf('plugin_install', longCalls.plugin_install),
      taskOf('activity_pull', longCalls.activity_pull),
      taskOf('activity_undo', longCalls.activity_undo),
    ]),
    taskSchema,
  ),
  listTasks: call(
    'The latest tasks, newest first, or one of them.',
    z.object({ id: z.number().int().positive().optional() }),
    z.object({ tasks: z.array(taskSchema) }),
  ),
  cancelTask: call('Stop a task; what it did so far stays.', z.object({ id: z.number().int().positive() }), taskSchema),

  getPlays: call('What came back from Plex: the last pull, totals, runs.', nothing, playsStatusSchema),
  pullPlays: call(
    'Bring plays, resume points and ratings from Plex to Stash, as the settings say; a dry run only shows what would come.',
    longCalls.activity_pull,
    pullReportSchema,
  ),
  listPlays: call(
    'Plays that were seen in Plex, newest first, and the outcome of each.',
    z.object({ state: playStateSchema.optional(), ...page }),
    z.object({ total: z.number(), rows: z.array(playRowSchema) }),
  ),
  undoPlays: call(
    'Take out of Stash again what a run brought, or everything.',
    longCalls.activity_undo,
    undoReportSchema,
  ),
  listPlayAccounts: call(
    'Accounts of the Plex server, for activity_accounts.',
    nothing,
    z.object({ accounts: z.array(z.object({ id: z.number(), name: z.string() })) }),
  ),

  listLogs: call('Log lines, oldest first, redacted.', logFilterSchema, z.object({ lines: z.array(logLineSchema) })),
  runHealthChecks: call(
    'Every health check with cause and cure.',
    nothing,
    z.object({ checks: z.array(healthCheckSchema) }),
  ),
  listOutages: call('The last 30 outages.', nothing, outageReportSchema),
  getBugReport: call(
    'Versions, settings without secrets, redacted log lines.',
    nothing,
    z.object({ text: z.string() }),
  ),

  listSettings: call(
    'All settings with their values; secrets masked. With a library, those in force there.',
    z.object({ library: libraryName }),
    z.object({ settings: z.array(settingRowSchema) }),
  ),
  saveSettings: call(
    'Save settings, all or none; with a library, for that one alone.',
    z.object({ values: z.record(z.string(), settingValueSchema), by: settingsCallerSchema, library: libraryName }),
    z.object({ settings: z.array(settingRowSchema) }),
  ),
  resetSettings: call(
    'Back to the defaults; with a library, to the values for all libraries.',
    z.object({ names: z.array(z.string()).min(1), library: libraryName }),
    z.object({ settings: z.array(settingRowSchema) }),
  ),
  previewSettings: call(
    'What saving these settings would change in Plex, counted and by example; nothing is saved or written.',
    longCalls.preview,
    z.object({
      items: z.number(),
      changed: z.number(),
      /** Collections that would get text and poster, and do not at present. */
      collections: z.number(),
      sample: z.array(scenePlanSchema),
    }),
  ),
  previewScene: call(
    'What these settings would write for one scene; nothing is saved or written.',
    z.object({
      scene_id: sceneIdSchema,
      values: z.record(z.string(), settingValueSchema).default({}),
      library: libraryName,
    }),
    z.object({ plans: z.array(scenePlanSchema) }),
  ),
  rewriteItems: call(
    'Enqueue the scenes of all items that differ by the present settings.',
    nothing,
    enqueueReportSchema,
  ),
  exportSettings: call(
    'Settings and remembered picks as one document; secrets only with a passphrase.',
    z.object({ passphrase: z.string().min(8).optional() }),
    z.object({ document: z.string() }),
  ),
  importSettings: call(
    'Read such a document back.',
    longCalls.import,
    z.object({ settings: z.array(settingRowSchema) }),
  ),
  importFromStash2Plex: call(
    'Read the settings of Stash2Plex out of Stash.',
    z.object({ dry_run: z.boolean().default(false) }),
    importReportSchema,
  ),
  createBackup: call(
    'Copy the database, consistent while running.',
    longCalls.backup,
    z.object({ file: z.string(), bytes: z.number() }),
  ),
  restoreBackup: call(
    'Put a copy of the database in place of the present one, which is kept aside.',
    longCalls.restore,
    z.object({ kept_aside: z.string() }),
  ),

  clearPictures: call(
    'Remove the covers and posters that are kept in the data folder.',
    nothing,
    z.object({ pictures: z.number(), bytes: z.number() }),
  ),

  startPlexSignIn: call(
    'Begin the sign-in with a PIN.',
    nothing,
    z.object({ id: z.number(), code: z.string(), url: z.string(), expires_at: z.string() }),
  ),
  pollPlexSignIn: call(
    'Has the user approved? Keeps the token where secrets live.',
    z.object({ id: z.number() }),
    z.object({ state: z.enum(['waiting', 'approved', 'expired']) }),
  ),
  listPlexServers: call(
    'Servers of the signed-in account, with addresses tried.',
    nothing,
    z.object({ servers: z.array(plexServerSchema) }),
  ),
  choosePlexServer: call(
    'Use a server of the account: stores its address and its own token.',
    z.object({ machine_identifier: z.string(), uri: z.string() }),
    plexTestSchema,
  ),
  testPlex: call(
    'Try an address and token; what is left out is taken from the settings.',
    z.object({ plex_url: z.string().optional(), plex_token: z.string().optional() }),
    plexTestSchema,
  ),
  testStash: call(
    'Try an address and key; what is left out is taken from the settings.',
    z.object({ stash_url: z.string().optional(), stash_api_key: z.string().optional() }),
    stashTestSchema,
  ),

  getPluginStatus: call('Which companion plugin Stash holds.', nothing, pluginStatusSchema),
  installPlugin: call('Install the companion plugin into Stash.', longCalls.plugin_install, pluginInstallSchema),
  exportPlugin: call(
    'Write the companion plugin into a folder.',
    z.object({ folder: z.string().min(1), variant: pluginVariantSchema }),
    z.object({ files: z.array(z.string()) }),
  ),

  getAbout: call(
    'Versions and the host.',
    nothing,
    z.object({
      version: z.string(),
      node: z.string(),
      platform: z.string(),
      host: z.enum(['headless', 'desktop']),
      data_folder: z.string(),
      /** An honest sentence where secrets cannot be encrypted; null otherwise. */
      secrets_warning: z.string().nullable(),
    }),
  ),
} as const satisfies Readonly<Record<string, Call>>

export type CallName = keyof typeof calls
export type RequestOf<N extends CallName> = z.input<(typeof calls)[N]['request']>
export type ParsedRequestOf<N extends CallName> = z.output<(typeof calls)[N]['request']>
export type ResponseOf<N extends CallName> = z.output<(typeof calls)[N]['response']>

/** What the engine implements: handlers get parsed requests. */
export type Handlers = {
  readonly [N in CallName]: (request: ParsedRequestOf<N>, signal: AbortSignal) => Promise<Result<ResponseOf<N>>>
}

/** What callers use: an engine in this process and one over its API offer the same function. */
export type Invoke = <N extends CallName>(
  name: N,
  request: RequestOf<N>,
  signal: AbortSignal,
) => Promise<Result<ResponseOf<N>>>

/** As `Invoke`, for callers that have parsed the request. */
export type Run = <N extends CallName>(
  name: N,
  request: ParsedRequestOf<N>,
  signal: AbortSignal,
) => Promise<Result<ResponseOf<N>>>

/** The request by the contract's schema; fault `invalid_input` names where it is wrong. */
export function parseRequest<N extends CallName>(name: N, raw: unknown): Result<ParsedRequestOf<N>> {
  const schema: z.ZodType<ParsedRequestOf<N>> = calls[name].request as never
  const parsed = schema.safeParse(raw)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  const at = issue?.path.join('.') || name
  const rule: RequestRule = issue === undefined ? { rule: 'contract' } : ruleOf(issue, raw)
  return decline('invalid_input', { code: 'call_refused', values: { at, rule } })
}

export const events = {
  /** At most four times a second while something changes. */
  status: statusSchema,
  /** A job came in or changed; the row as it is now. At most 50 a second are sent, then `overflow` follows. */
  activity: activityRowSchema,
  log: logLineSchema,
  reconcile: reconcileRunSchema,
  plays: playsStatusSchema,
  /** A task began, moved on (at most four times a second) or ended. */
  task: taskSchema,
  deadLetters: z.object({ dead_letters: z.number(), needs_you: z.number() }),
  settings: z.object({ settings: z.array(settingRowSchema) }),
  /** A hook came in: proves to the setup that the plugin works. */
  hook: z.object({ at: z.string(), type: z.string() }),
  /** Rows were left out; read the list again. */
  overflow: z.object({ event: z.string() }),
} as const satisfies Readonly<Record<string, z.ZodType>>

export type EventName = keyof typeof events
export type EventOf<N extends EventName> = z.output<(typeof events)[N]>
export type EngineEvent = { [N in EventName]: { readonly name: N; readonly data: EventOf<N> } }[EventName]
export type Subscribe = (listener: (event: EngineEvent) => void) => () => void

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

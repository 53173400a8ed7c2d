/**
 * What the fake engine shows the window: a household's library of invented films, the same in every run.
 * Past 200 lines because it holds a sample of each thing that the contract can carry.
 */
import type {
  ActivityRow,
  ComparedScene,
  DeadLetter,
  FoundScene,
  GapPair,
  GapRow,
  HealthCheck,
  HistoryHour,
  LogLine,
  OutageReport,
  PathTest,
  ReconcileRun,
  ScenePlan,
  SceneStory,
  SettingRow,
  Status,
  TimelineEntry,
  WrittenScene,
} from '../../../shared/contract.ts'
import type { Candidate, Change, Field, JobState, LogLevel } from '../../../shared/domain.ts'
import { classOf, type ErrorCode, errors } from '../../../shared/errors.ts'
import { findingText, type HealthFinding } from '../../../shared/health.ts'
import { englishFindings } from '../../../shared/health-texts.ts'
import { keptBecause } from '../../../shared/kept.ts'
import type { MatchEvidence, MatchStep } from '../../../shared/match-steps.ts'
import { englishEvidence, englishStep } from '../../../shared/match-texts.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { remarkOfFailure } from '../../../shared/remark-words.ts'
import { type Remark, remarkOfFault } from '../../../shared/remarks.ts'
import type { Fault } from '../../../shared/result.ts'
import { definitionOf, settingNames } from '../../../shared/settings.ts'
import type { Task, TaskKind } from '../../../shared/tasks.ts'

const minute = 60_000
const first = ['Harbour', 'Winter', 'Paper', 'Copper', 'Midnight', 'Northern', 'Salt', 'Glass', 'Quiet', 'Orchard']
const second = ['Light', 'Letters', 'Station', 'Garden', 'Crossing', 'Weather', 'Signal', 'Archive', 'Ferry', 'Road']
const studios = ['Northlight Pictures', 'Blue Door', 'Kestrel Film', 'Atelier Nord', 'Seven Oaks']

/** The item of a list for a number, so that every row is reproducible. */
function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('pick needs a list that is not empty')
  return item
}

export const iso = (ms: number) => new Date(ms).toISOString()

export function titleOf(scene: number): string {
  const part = scene % 7 === 0 ? ` Part ${(scene % 3) + 1}` : ''
  return `${pick(first, scene * 7)} ${pick(second, scene * 3 + Math.floor(scene / 10))}${part}`
}

export function fileOf(scene: number): string {
  const studio = pick(studios, scene)
  return `/data/library/${studio}/${1998 + (scene % 27)}/${titleOf(scene)} (${1998 + (scene % 27)}) [2160p WEB-DL].mp4`
}

function changesOf(scene: number): Change[] {
  return [
    { field: 'title', before: titleOf(scene).replaceAll(' ', '.'), after: titleOf(scene) },
    { field: 'studio', before: null, after: pick(studios, scene) },
    {
      field: 'summary',
      before: '',
      after: 'A signal keeper on the northern coast finds a box of letters that were never sent.',
    },
    { field: 'performers', before: ['Ada Lindqvist'], after: ['Ada Lindqvist', 'Tomás Herrera', 'June Okafor'] },
    { field: 'tags', before: ['drama', 'to sort'], after: ['drama', 'coast', 'slow'] },
  ]
}

const posterChange: Change = {
  field: 'poster',
  before: null,
  after: 'cover of the scene',
  pictures: { before: 'a'.repeat(64), after: 'b'.repeat(64) },
}

// ---- status --------------------------------------------------------------------------------------------------------

export function statusAt(now: number, more: Partial<Status> = {}): Status {
  const answers = { configured: true, reachable: true, auth_refused: false, latency_ms: 6 }
  return {
    version: '1.0.0',
    running: true,
    pid: 4711,
    state: 'idle',
    paused: false,
    enabled: true,
    setup_finished: true,
    health: { ok: true, warnings: 0, errors: 0 },
    queue: { ready: 0, delayed: 0, in_progress: 0 },
    dead_letters: 0,
    needs_you: 0,
    circuit: { plex: 'closed', stash: 'closed' },
    waiting_for: null,
    plex: { ...answers, version: '1.42.1.10060', can_write: true },
    stash: { ...answers, version: 'v0.29.3', state: 'ok' },
    index: { items: 41_208, refreshed_at: iso(now - 11 * minute) },
    synced_scenes: 39_057,
    pending_rewrite: 0,
    unknown_libraries: [],
    last_synced_at: iso(now - 2 * minute),
    per_minute: 0,
    webhook_url: 'http://127.0.0.1:9797/hooks/stash',
    last_event_at: iso(now - 2 * minute),
    ...more,
  }
}

// ---- activity ------------------------------------------------------------------------------------------------------

const wrote = (...fields: Field[]): Remark => ({ code: 'wrote', values: { fields, kept: [] } })
const unsure = (scene: number): Remark =>
  remarkOfFailure('low_confidence', `LOW confidence match for '${titleOf(scene)}.mp4': 2 candidates found`)
const missing = (scene: number): Remark =>
  remarkOfFailure('not_in_plex', `No Plex item found for '${titleOf(scene)}.mp4'.`)

/** A sentence of the engine, with its code and values beside it. */
const detailOf = (remark: Remark) => ({ detail: englishRemark(remark), ...remark })
const stepOf = (remark: Remark) =>
  remark.code === 'failed' && remark.values.step !== undefined ? { step: remark.values.step } : {}
const reasonOf = (remark: Remark) => ({ reason: englishRemark(remark), ...remark })

const outcomes: readonly { state: JobState; remark: Remark }[] = [
  { state: 'synced', remark: wrote('title', 'performers', 'tags') },
  { state: 'unchanged', remark: { code: 'nothing_to_write', values: { kept: [] } } },
  { state: 'synced', remark: wrote('studio', 'collection', 'poster') },
  { state: 'synced', remark: { code: 'wrote', values: { fields: ['title', 'summary', 'tags'], kept: ['date'] } } },
  { state: 'filtered', remark: { code: 'not_organized', values: {} } },
  { state: 'synced', remark: wrote('summary') },
  { state: 'dead', remark: unsure(7) },
  { state: 'filtered', remark: { code: 'no_metadata', values: {} } },
]

export function activityRow(index: number, now: number): ActivityRow {
  const scene = 39_057 - index * 3
  const working = index < 3
  const delayed = index === 3
  const outcome = pick(outcomes, index * 5 + 3)
  const receivedAt = now - index * 47_000 - 4_000
  return {
    job_id: 1_000_000 - index,
    kind: index % 41 === 9 ? 'tag' : 'scene',
    scene_id: String(index % 41 === 9 ? 88 : Math.max(scene, 1)),
    rating_key: working || delayed || index % 41 === 9 ? null : String(50_000 + Math.max(scene, 1)),
    title: index % 41 === 9 ? 'coast' : titleOf(Math.max(scene, 1)),
    state: working ? 'in_progress' : delayed ? 'delayed' : index % 41 === 9 ? 'fanned_out' : outcome.state,
    origin: pick(['hook', 'hook', 'sweep', 'hook', 'manual'] as const, index),
    attempts: working ? 1 : delayed ? 2 : index % 11 === 0 ? 3 : 1,
    received_at: iso(receivedAt),
    due_at: delayed ? iso(now + 40_000) : null,
    finished_at: working || delayed ? null : iso(receivedAt + 2_600),
    ...detailOf(
      working
        ? { code: 'in_progress', values: {} }
        : delayed
          ? missing(Math.max(scene, 1))
          : index % 41 === 9
            ? { code: 'fanned_out', values: { scenes: 214, kind: 'tag', id: '88' } }
            : outcome.remark,
    ),
  }
}

/** A month of hours, busier in the evening; the first night of it Plex was away. */
export function historyHours(now: number | null): HistoryHour[] {
  if (now === null) return []
  const hour = 60 * minute
  return Array.from({ length: 30 * 24 }, (_, ago) => {
    const at = Math.floor(now / hour) * hour - ago * hour
    const evening = Math.max(0, Math.sin(((ago + 3) / 24) * 2 * Math.PI))
    const written = Math.round(evening * 60 + ((ago * 37) % 23))
    return { at: iso(at), written, unchanged: (ago * 13) % 17, failed: ago % 19 === 4 ? 3 : 0 }
  }).reverse()
}

export function storyOf(sceneId: string, now: number): SceneStory {
  const scene = Number(sceneId)
  const at = (secondsAgo: number) => iso(now - secondsAgo * 1_000)
  const rating_key = String(50_000 + scene)
  const entry = (secondsAgo: number, step: TimelineEntry['step'], remark: Remark): TimelineEntry => ({
    at: at(secondsAgo),
    step,
    ...detailOf(remark),
    changes: [],
  })
  const steps: MatchStep[] = [
    { code: 'path_rule', values: { rule: '/data => /media', path: fileOf(scene).replace('/data', '/media') } },
    { code: 'same_path', values: { items: [{ rating_key, library: 'Films' }] } },
  ]
  return {
    scene_id: sceneId,
    title: titleOf(scene),
    stash_url: `http://localhost:9999/scenes/${sceneId}`,
    items: [
      {
        rating_key,
        section: 'Films',
        file: fileOf(scene).replace('/data', '/media'),
        plex_url: `https://app.plex.tv/desktop/#!/server/abc/details?key=${50_000 + scene}`,
        written_at: at(124),
        can_undo: true,
        kept: [keptBecause('date', 'edited')],
      },
    ],
    jobs: [],
    timeline: [
      entry(121, 'verified', { code: 'verified_item', values: { rating_key } }),
      {
        ...entry(123, 'written', { code: 'written_item', values: { rating_key } }),
        changes: [...changesOf(scene), posterChange],
      },
      entry(124, 'planned', { code: 'left_alone', values: { rating_key, kept: [keptBecause('date', 'edited')] } }),
      {
        at: at(124),
        step: 'matched',
        detail: `high: ${steps.map(englishStep).join(' ')}`,
        changes: [],
        confidence: 'high',
        step_codes: steps,
      },
      entry(126, 'received', { code: 'received', values: { job: 999_990, origin: 'hook' } }),
    ],
  }
}

// ---- dead letters --------------------------------------------------------------------------------------------------

const causes: readonly { code: ErrorCode; reason: (scene: number) => string }[] = [
  { code: 'low_confidence', reason: (scene) => englishRemark(unsure(scene)) },
  { code: 'low_confidence', reason: (scene) => englishRemark(unsure(scene)) },
  { code: 'not_in_plex', reason: (scene) => englishRemark(missing(scene)) },
  { code: 'not_in_plex', reason: (scene) => englishRemark(missing(scene)) },
  { code: 'not_in_plex', reason: (scene) => englishRemark(missing(scene)) },
  { code: 'no_file_path', reason: (scene) => `No file path for scene ${scene}, cannot sync to Plex` },
  { code: 'rejected', reason: () => 'Plex answered 400: originallyAvailableAt is not a date' },
]

const evidence: readonly (readonly MatchEvidence[])[] = [
  [
    { code: 'same_name', values: {} },
    { code: 'size_differs', values: { stash: 4_412_330_118, plex: 2_310_991_004 } },
  ],
  [
    { code: 'same_name', values: {} },
    { code: 'same_duration', values: { stash: 5_412 } },
    { code: 'size_differs', values: { stash: null, plex: 9_118_330_450 } },
  ],
]

function candidatesOf(scene: number): Candidate[] {
  return ['1080p', '2160p'].map((quality, index) => ({
    rating_key: String(70_000 + scene * 7 + index * 11),
    section: index === 0 ? 'Films' : 'Shorts',
    file: `/media/films/unsorted/${titleOf(scene)} (${quality}).mkv`,
    title: `${titleOf(scene)} (${quality})`,
    evidence: (evidence[index] ?? []).map(englishEvidence),
    evidence_codes: [...(evidence[index] ?? [])],
  }))
}

function attempt(at: number, fault: Pick<Fault, 'code' | 'message'>): DeadLetter['attempts_log'][number] {
  return { at: iso(at), message: fault.message, ...remarkOfFailure(fault.code, fault.message) }
}

export function deadLetter(index: number, now: number): DeadLetter {
  const scene = 12_000 + index * 13
  const cause = pick(causes, index)
  const failedAt = now - (index + 1) * 37 * minute
  const asks = cause.code === 'low_confidence'
  return {
    id: index + 1,
    scene_id: String(scene),
    title: titleOf(scene),
    class: classOf(cause.code),
    code: cause.code,
    reason: cause.reason(scene),
    ...stepOf(remarkOfFailure(cause.code, cause.reason(scene))),
    values: {},
    attempts: asks ? 1 : 12,
    failed_at: iso(failedAt),
    action: errors[cause.code].action,
    needs_you: asks,
    path: fileOf(scene),
    candidates: asks ? candidatesOf(scene) : [],
    attempts_log: [
      attempt(failedAt - 6 * minute, { code: 'timeout', message: 'Plex gave no answer within 30 s' }),
      attempt(failedAt, { code: cause.code, message: cause.reason(scene) }),
    ],
    stash_url: `http://localhost:9999/scenes/${scene}`,
  }
}

// ---- reconcile -----------------------------------------------------------------------------------------------------

const gapCounts = { missing: 14, empty: 22, stale: 9, drifted: 3, unknown_to_stash: 6 }

export function reconcileRun(now: number, more: Partial<ReconcileRun> = {}): ReconcileRun {
  return {
    id: 7,
    scope: 'all',
    dry_run: true,
    state: 'done',
    started_at: iso(now - 9 * minute),
    finished_at: iso(now - 8 * minute),
    scenes_checked: 39_111,
    scenes_total: 39_111,
    plex_items: 41_208,
    gaps: gapCounts,
    enqueued: 0,
    skipped: { already_queued: 2, no_metadata: 8, no_file: 1, filtered: 0 },
    pending_rewrite: 0,
    requests: { stash: 40, plex: 84 },
    seconds: 38,
    problem: null,
    ...more,
  }
}

/** Kinds in blocks, so that the filter by kind and the counts fit. */
export function gapRows(factor: number): GapRow[] {
  const kinds = ['missing', 'empty', 'stale', 'drifted', 'unknown_to_stash'] as const
  return kinds.flatMap((kind, block) =>
    Array.from({ length: gapCounts[kind] * factor }, (_, index): GapRow => {
      const scene = 1_000 + block * 100_000 + index * 17
      const unknown = kind === 'unknown_to_stash'
      return {
        kind,
        scene_id: unknown ? null : String(scene),
        rating_key: kind === 'missing' ? null : String(50_000 + scene),
        title: titleOf(scene),
        path: fileOf(scene),
        changes: unknown || kind === 'missing' ? [] : changesOf(scene).slice(index % 3, 3 + (index % 3)),
        skipped: unknown
          ? 'unknown_to_stash'
          : index % 7 === 3
            ? 'no_metadata'
            : index % 11 === 5
              ? 'already_queued'
              : null,
        enqueued: false,
      }
    }),
  )
}

export function lastRuns(latest: ReconcileRun, now: number): ReconcileRun[] {
  const day = 24 * 60 * minute
  return [
    latest,
    ...[61, 48, 0, 7].map((gaps, index): ReconcileRun => {
      const at = now - (index + 1) * day
      return {
        ...latest,
        id: latest.id - index - 1,
        dry_run: false,
        scope: index === 2 ? '24h' : 'all',
        state: index === 3 ? 'cancelled' : 'done',
        started_at: iso(at - 40_000),
        finished_at: iso(at),
        gaps: { missing: gaps, empty: 0, stale: 0, drifted: 0, unknown_to_stash: 0 },
      }
    }),
  ]
}

export function gapPairs(count: number): GapPair[] {
  return Array.from({ length: count }, (_, index) => {
    const scene = 600 + index * 3
    return {
      scene_id: String(scene),
      title: titleOf(scene),
      path: fileOf(scene),
      rating_key: String(50_000 + scene),
      plex_title: titleOf(scene),
      plex_file: fileOf(scene).replace('/data/library', '/media/films/to sort'),
      evidence: index % 2 === 0 ? 'file_name' : 'title',
    }
  })
}

// ---- paths, log, health --------------------------------------------------------------------------------------------

export function pathTest(found = 17): PathTest {
  const rule: Remark = { code: 'rule_found', values: { found, covered: 20 } }
  return {
    samples: 20,
    found,
    rules: [{ rule: '/data => /media', evidence: englishRemark(rule), ...rule, files: found }],
    failures: Array.from({ length: 20 - found }, (_, index) => ({
      stash_path: fileOf(300 + index),
      mapped: fileOf(300 + index).replace('/data', '/media'),
      ...reasonOf({ code: 'not_scanned', values: { library: 'Films' } }),
    })),
    examples: Array.from({ length: Math.min(8, found) }, (_, index) => ({
      stash_path: fileOf(500 + index),
      plex_path: fileOf(500 + index).replace('/data', '/media'),
    })),
  }
}

const logSamples: readonly { level: LogLevel; component: string; text: (scene: number) => string }[] = [
  { level: 'info', component: 'Hook', text: (scene) => `Enqueued sync job for scene ${scene} in 1.2ms` },
  { level: 'info', component: 'Worker', text: (scene) => `Processing job ${scene * 2} for scene ${scene} (attempt 1)` },
  { level: 'debug', component: 'Matcher', text: (scene) => `Searching 'Films' for: ${titleOf(scene)}.mp4` },
  { level: 'info', component: 'Matcher', text: (scene) => `Found: ${titleOf(scene)}` },
  { level: 'info', component: 'Worker', text: (scene) => `Updated metadata (overwrite mode): ${titleOf(scene)}` },
  { level: 'info', component: 'Worker', text: () => "Added 2 performers: ['Tomás Herrera', 'June Okafor']" },
  { level: 'info', component: 'Worker', text: (scene) => `Job ${scene * 2} completed` },
  {
    level: 'warning',
    component: 'Matcher',
    text: (scene) => `LOW confidence match for '${titleOf(scene)}.mp4': 2 candidates found`,
  },
  { level: 'error', component: 'Worker', text: (scene) => `Job ${scene * 2} exceeded max retries (5), moving to DLQ` },
]

export function logLine(index: number, total: number, now: number): LogLine {
  const scene = 200 + Math.floor(index / 7)
  const sample = pick(logSamples, index % 53 === 20 ? 8 : index % 19 === 7 ? 7 : index % 7)
  return {
    at: iso(now - (total - index) * 900),
    level: sample.level,
    component: sample.component,
    scene_id: String(scene),
    line: `[PlexSync ${sample.component}] ${sample.text(scene)}`,
  }
}

const check = (id: string, title: string, state: HealthCheck['state'], finding: HealthFinding): HealthCheck => ({
  id,
  title,
  ok: state === 'pass',
  warning: state === 'warn',
  ...findingText(finding, englishFindings),
  state,
  ...finding,
})

export function healthChecks(failing: boolean): HealthCheck[] {
  return [
    check('database', 'Database', 'pass', { code: 'database_sound', values: {} }),
    failing
      ? check('plex', 'Plex', 'fail', {
          code: 'server_fault',
          values: { error: 'unreachable', message: 'http://192.168.1.10:32400 refused the connection.' },
        })
      : check('plex', 'Plex', 'pass', { code: 'version', values: { server: 'plex', version: '1.42.1' } }),
    check('stash', 'Stash answers', 'pass', { code: 'version', values: { server: 'stash', version: 'v0.29.3' } }),
    check('plex_libraries', 'Plex libraries', 'pass', {
      code: 'libraries_indexed',
      values: { libraries: ['Films', 'Shorts'], items: 41_208 },
    }),
    check('plugin', 'Stash plugin', 'warn', {
      code: 'plugin_version',
      values: { held: '0.9.4', own: '1.0.0', command: true },
    }),
    {
      id: 'locked_fields',
      title: 'Locked fields in Plex',
      ok: false,
      warning: true,
      detail: '120 fields of 30 items in Plex are locked with the values that Stash has.',
      cure: 'Adopt those with the values of Stash; the others stay as they are.',
      state: 'warn',
      code: 'unknown_locks',
      values: { items: 30, fields: 120, differing: 2, command: true },
    },
    check('listening', 'Network access', 'pass', { code: 'only_this_machine', values: {} }),
    check('disk', 'Room on the disk', 'pass', {
      code: 'disk_space',
      values: { megabytes: 217_088, folder: '/home/ada/.config/PlexSync' },
    }),
  ]
}

export function outageReport(now: number, ongoing: boolean): OutageReport {
  const outages: OutageReport['outages'] = [
    {
      id: 3,
      server: 'plex',
      started_at: iso(now - 26 * minute),
      ended_at: ongoing ? null : iso(now - 20 * minute),
      seconds: ongoing ? 26 * 60 : 360,
      jobs_delayed: 212,
      ...reasonOf(remarkOfFault({ code: 'unreachable', message: 'connection refused' })),
    },
    {
      id: 2,
      server: 'stash',
      started_at: iso(now - 3_100 * minute),
      ended_at: iso(now - 3_098 * minute),
      seconds: 95,
      jobs_delayed: 4,
      ...reasonOf(remarkOfFault({ code: 'timeout', message: 'no answer within 30 s' })),
    },
  ]
  return {
    outages,
    servers: [
      { server: 'plex', mttr_seconds: 360, mtbf_seconds: 1_210_000, availability: 0.9991 },
      { server: 'stash', mttr_seconds: 95, mtbf_seconds: null, availability: 0.99998 },
    ],
  }
}

// ---- settings, plans -----------------------------------------------------------------------------------------------

export const householdValues: Readonly<Record<string, string | number | boolean>> = {
  plex_url: 'http://192.168.1.10:32400',
  plex_token: 'set, ends in x7Qd',
  plex_library: 'Films, Shorts',
  stash_url: 'http://localhost:9999',
  hook_token: 'set, ends in 91af',
  path_map: '/data => /media',
  max_tags: 60,
  preserve_plex_edits: true,
}

export function settingRows(values: Readonly<Record<string, string | number | boolean>>): SettingRow[] {
  return settingNames.map((name) => {
    const preset = definitionOf(name).default
    const value = values[name] ?? preset
    const fromEnvironment = name === 'concurrency' && Object.hasOwn(values, 'plex_url')
    return {
      name,
      value,
      default: preset,
      changed: value !== preset,
      source: fromEnvironment ? 'environment' : value === preset ? 'default' : 'stored',
    }
  })
}

export function plan(index: number): ScenePlan {
  const scene = 400 + index
  const isUnsure = index % 9 === 4
  return {
    scene_id: String(scene),
    title: titleOf(scene),
    rating_key: isUnsure ? null : String(50_000 + scene),
    confidence: isUnsure ? 'low' : 'high',
    changes: isUnsure ? [] : changesOf(scene).slice(0, 1 + (index % 5)),
    kept: index === 2 ? [keptBecause('date', 'edited')] : [],
    ...(isUnsure ? reasonOf(unsure(scene)) : { reason: null }),
  }
}

/** What the values of a draft would make of one scene; the other fields are in sync. */
export function previewOf(sceneId: string, values: Readonly<Record<string, unknown>>): ScenePlan[] {
  const scene = Number(sceneId)
  const title = titleOf(scene)
  const changes: Change[] = []
  if ('title_format' in values) changes.push({ field: 'title', before: title, after: `Northlight: ${title} (2024)` })
  if ('collections' in values)
    changes.push({ field: 'collection', before: ['Northlight'], after: ['Site: Northlight', 'Studio: Harbour House'] })
  if ('content_rating' in values)
    changes.push({ field: 'content_rating', before: null, after: String(values.content_rating) })
  return [
    {
      scene_id: sceneId,
      title,
      rating_key: String(50_000 + scene),
      confidence: 'high',
      changes,
      kept: [],
      reason: null,
    },
  ]
}

// ---- one scene -----------------------------------------------------------------------------------------------------

export function foundScenes(text: string, limit: number): FoundScene[] {
  return Array.from({ length: 300 }, (_, index) => 400 + index)
    .filter((scene) => titleOf(scene).toLowerCase().includes(text.toLowerCase()) || String(scene) === text)
    .slice(0, limit)
    .map((scene) => ({ scene_id: String(scene), title: titleOf(scene), path: fileOf(scene) }))
}

/** Every ninth scene is not certain to be in Plex. */
export function comparedScene(scene: number): ComparedScene {
  const isUnsure = scene % 9 === 4
  return {
    scene_id: String(scene),
    title: titleOf(scene),
    path: fileOf(scene),
    confidence: isUnsure ? 'low' : 'high',
    rating_key: isUnsure ? null : String(50_000 + scene),
    section: isUnsure ? '' : 'Films',
    stash_url: `http://localhost:9999/scenes/${scene}`,
    plex_url: isUnsure ? null : `https://app.plex.tv/desktop/#!/server/abc/details?key=${50_000 + scene}`,
    rows: isUnsure
      ? []
      : [
          ...changesOf(scene).map(({ field, before, after }) => ({
            field,
            stash: after,
            plex: before === '' ? null : before,
            after,
          })),
          { field: 'date', stash: '2004-05-06', plex: '2004-05-06', after: '2004-05-06' },
        ],
    kept: [],
    ...(isUnsure ? reasonOf(unsure(scene)) : { reason: null }),
  }
}

export function undoneChanges(scene: number): Change[] {
  return writtenScene(scene).items.flatMap((item) =>
    item.changes.map(({ field, before, after, pictures }) => ({
      ...{ field, before: after, after: before },
      ...(pictures && { pictures: { before: pictures.after, after: pictures.before } }),
    })),
  )
}

/** Plex shows everything but the studio of every seventh scene. */
export function writtenScene(scene: number): WrittenScene {
  const changes = [...changesOf(scene), posterChange]
  const written = changes.map(({ field }) => field)
  const differs = scene % 7 === 5 ? [{ field: 'studio' as const, want: pick(studios, scene), have: null }] : []
  return {
    scene_id: String(scene),
    title: titleOf(scene),
    rating_key: String(50_000 + scene),
    written,
    verified: written.filter((field) => !differs.some((one) => one.field === field)),
    differs,
    items: [{ rating_key: String(50_000 + scene), plex_url: null, changes, kept: [] }],
  }
}

export function runningTask(kind: TaskKind, progress: { readonly done: number; readonly total: number | null }): Task {
  return {
    ...{ id: 41, kind, state: 'running', ...progress },
    started_at: '2026-03-01T10:00:00.000Z',
    ...{ finished_at: null, result: null, problem: null, resumes: false },
  }
}

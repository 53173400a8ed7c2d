/** What happened to one scene: its jobs, its items in Plex, and each step with its moment. */
import type { ActivityRow, SceneStory, TimelineEntry } from '../../../shared/contract.ts'
import type { SceneId } from '../../../shared/domain.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { moment } from '../../../shared/moment.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Remark } from '../../../shared/remarks.ts'
import type { Library } from '../match/library.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Activity, JobStory } from '../queue/activity.ts'
import type { JobReport } from '../queue/job.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { stashLink } from '../stash/scene-link.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import type { SyncItems } from '../sync/sync-items.ts'

export interface SceneStoriesDeps {
  readonly activity: Activity
  readonly items: SyncItems
  readonly states: SceneStates
  readonly settings: SettingsStore
  readonly library: Pick<Library, 'titleOf'>
  readonly plex: Pick<PlexClient, 'webUrl'>
}

export class SceneStories {
  readonly #deps: SceneStoriesDeps

  constructor(deps: SceneStoriesDeps) {
    this.#deps = deps
  }

  of(sceneId: SceneId): SceneStory {
    const { activity, states, settings, library, plex } = this.#deps
    const jobs = activity.ofScene(sceneId)
    const items = this.#deps.items.ofScene(sceneId)
    const verified = items.flatMap((item) =>
      item.verifiedAt === null || item.writtenAt === null
        ? []
        : [entry(item.verifiedAt, 'verified', { code: 'verified_item', values: { rating_key: item.ratingKey } })],
    )
    return {
      scene_id: sceneId,
      title: states.get(sceneId)?.title || (jobs[0]?.row.title ?? ''),
      stash_url: stashLink(settings.settings().stash_url, sceneId),
      items: items.map((item) => ({
        rating_key: item.ratingKey,
        section: library.titleOf(item.sectionId),
        file: item.file,
        plex_url: plex.webUrl(item.ratingKey),
        written_at: moment(item.writtenAt),
        can_undo: item.lastWrite !== null,
        kept: [...item.kept],
      })),
      jobs: jobs.map((job) => job.row),
      // Steps of the same moment come in reverse order.
      timeline: [...jobs.flatMap(timelineOf), ...verified].sort(
        (a, b) => b.at.localeCompare(a.at) || steps.indexOf(b.step) - steps.indexOf(a.step),
      ),
    }
  }
}

const steps: readonly TimelineEntry['step'][] = [
  'received',
  'failed',
  'waiting',
  'matched',
  'planned',
  'written',
  'unchanged',
  'undone',
  'verified',
]

function timelineOf({ row, report, attempts }: JobStory): TimelineEntry[] {
  const received = Date.parse(row.received_at)
  const finished = row.finished_at === null ? received : Date.parse(row.finished_at)
  const written = report?.written_at ?? finished
  const entries = [entry(received, 'received', { code: 'received', values: { job: row.job_id, origin: row.origin } })]
  for (const attempt of attempts) entries.push(entry(attempt.at, 'failed', attempt.remark))
  if (report?.matched !== undefined) entries.push(matchedEntry(written, report.matched))
  for (const item of report?.items ?? []) {
    const { rating_key, kept, changes } = item
    if (kept.length > 0) entries.push(entry(written, 'planned', { code: 'left_alone', values: { rating_key, kept } }))
    if (changes.length > 0)
      entries.push({ ...entry(written, 'written', { code: 'written_item', values: { rating_key } }), changes })
  }
  if (row.finished_at !== null && row.state === 'unchanged') entries.push(entryOf(finished, 'unchanged', row))
  else if (row.finished_at !== null && row.state === 'discarded') entries.push(entryOf(finished, 'undone', row))
  else if (row.due_at !== null && row.state === 'delayed') entries.push(entryOf(received, 'waiting', row))
  return entries
}

type Matched = NonNullable<JobReport['matched']>

function matchedEntry(at: number, { confidence, steps = [], step_codes = [] }: Matched): TimelineEntry {
  const sentences = [...steps, ...step_codes.map(englishStep)]
  const detail = `${confidence}: ${sentences.join(' ')}`
  return { at: moment(at), step: 'matched', detail, changes: [], confidence, step_codes }
}

function entry(at: number, step: TimelineEntry['step'], remark: Remark): TimelineEntry {
  return { at: moment(at), step, detail: englishRemark(remark), ...remark, changes: [] }
}

/** What the job itself says. */
function entryOf(at: number, step: TimelineEntry['step'], { detail, code, values }: ActivityRow): TimelineEntry {
  const remark = { ...(code !== undefined && { code }), ...(values !== undefined && { values }) }
  return { at: moment(at), step, detail, ...remark, changes: [] }
}

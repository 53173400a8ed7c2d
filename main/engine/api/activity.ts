import type { Handlers, SceneStory, TimelineEntry } from '../../../shared/contract.ts'
import { type Change, moment, type SceneId } from '../../../shared/domain.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { ok } from '../../../shared/result.ts'
import type { JobStory } from '../queue/activity.ts'
import type { JobReport } from '../queue/job.ts'
import type { Services } from '../services.ts'
import { undoScene } from '../sync/undo.ts'
import { stashLink } from './links.ts'

export function activityHandlers(
  services: Services,
): Pick<Handlers, 'listActivity' | 'getHistory' | 'getScene' | 'undoScene'> {
  return {
    listActivity: async (filter) => ok(services.activity.list(filter)),
    getHistory: async () => ok({ hours: services.history.list() }),
    getScene: async ({ scene_id }) => ok(storyOf(services, scene_id)),
    undoScene: async ({ scene_id }, signal) => {
      const undone = await undoScene(scene_id, services.undo, signal)
      for (const { ratingKey } of services.items.ofScene(scene_id)) services.pictures.outdate(ratingKey)
      services.events.statusChanged()
      return undone
    },
  }
}

function storyOf(services: Services, sceneId: SceneId): SceneStory {
  const jobs = services.activity.ofScene(sceneId)
  const items = services.items.ofScene(sceneId)
  const verified = items.flatMap((item) =>
    item.verifiedAt === null || item.writtenAt === null
      ? []
      : [entry(item.verifiedAt, 'verified', `Plex shows what was written to item ${item.ratingKey}`)],
  )
  return {
    scene_id: sceneId,
    title: services.states.get(sceneId)?.title || (jobs[0]?.row.title ?? ''),
    stash_url: stashLink(services.settings.settings().stash_url, sceneId),
    items: items.map((item) => ({
      rating_key: item.ratingKey,
      section: services.library.titleOf(item.sectionId),
      file: item.file,
      plex_url: services.plex.webUrl(item.ratingKey),
      written_at: moment(item.writtenAt),
      can_undo: item.lastWrite !== null,
      kept: [...item.kept],
    })),
    jobs: jobs.map((job) => job.row),
    // Steps of the same moment stand in the reverse order of the way they go.
    timeline: [...jobs.flatMap(timelineOf), ...verified].sort(
      (a, b) => b.at.localeCompare(a.at) || steps.indexOf(b.step) - steps.indexOf(a.step),
    ),
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
  const entries = [entry(received, 'received', `Job ${row.job_id}, from ${row.origin}`)]
  for (const attempt of attempts) entries.push(entry(attempt.at, 'failed', attempt.message))
  if (report?.matched !== undefined) entries.push(matchedEntry(written, report.matched))
  for (const item of report?.items ?? []) {
    const kept = item.kept.map((one) => `${one.field}: ${one.reason}`).join('; ')
    if (kept !== '') entries.push(entry(written, 'planned', `Left alone in item ${item.rating_key}: ${kept}`))
    if (item.changes.length > 0) entries.push(entry(written, 'written', `Item ${item.rating_key}`, item.changes))
  }
  if (row.finished_at !== null && row.state === 'unchanged') entries.push(entry(finished, 'unchanged', row.detail))
  else if (row.finished_at !== null && row.state === 'discarded') entries.push(entry(finished, 'undone', row.detail))
  else if (row.due_at !== null && row.state === 'delayed') entries.push(entry(received, 'waiting', row.detail))
  return entries
}

type Matched = NonNullable<JobReport['matched']>

function matchedEntry(at: number, { confidence, steps = [], step_codes = [] }: Matched): TimelineEntry {
  const sentences = [...steps, ...step_codes.map(englishStep)]
  return { ...entry(at, 'matched', `${confidence}: ${sentences.join(' ')}`), confidence, step_codes }
}

function entry(
  at: number,
  step: TimelineEntry['step'],
  detail: string,
  changes: readonly Change[] = [],
): TimelineEntry {
  return { at: moment(at), step, detail, changes: [...changes] }
}

/** Takes many changes in with few statements: those that ask for the same share one. */
import type { EnqueueOutcome, NewJob } from './job.ts'
import type { statements } from './job-statements.ts'

interface Group {
  readonly like: NewJob
  readonly subjectIds: string[]
}

/**
 * Stores the changes as `JobStore.enqueue` would one after the other, at one moment. Inside a transaction only, and none of
 * sweep or reconcile: those leave a waiting job as it is.
 */
export function takeMany(
  sql: ReturnType<typeof statements>,
  jobs: readonly NewJob[],
  now: number,
  dueAt: number,
): EnqueueOutcome[] {
  const queued = new Set<string>()
  for (const { like, subjectIds } of groupsOf(jobs).values()) {
    const rows = sql.takeMany.all({
      kind: like.kind,
      fields: like.fields && JSON.stringify(like.fields),
      origin: like.origin,
      force: like.force ? 1 : 0,
      explicit: like.explicit ? 1 : 0,
      subjectIds: JSON.stringify(subjectIds),
      now,
      dueAt,
    })
    // The first change of a job; the order of what is returned is not promised.
    for (const [subjectId, changes] of rows) if (changes === 1) queued.add(`${like.kind} ${subjectId}`)
  }
  return jobs.map(({ kind, subjectId }) => (queued.delete(`${kind} ${subjectId}`) ? 'queued' : 'coalesced'))
}

/** Those that differ in nothing but their subject. */
function groupsOf(jobs: readonly NewJob[]): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const job of jobs) {
    const { kind, fields, origin, force = false, explicit = false, subjectId } = job
    const key = `${kind} ${fields?.join() ?? '*'} ${origin} ${force} ${explicit}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { like: job, subjectIds: [subjectId] })
    else group.subjectIds.push(subjectId)
  }
  return groups
}

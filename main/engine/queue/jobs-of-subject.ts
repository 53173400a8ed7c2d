/**
 * SQL for the ids of all jobs of one subject, for use as `id IN (…)`. The arguments are SQL: a bound name or a column.
 *
 * The index of those that are finished is cut into runs of 4,096 jobs by id. One over the whole history would be written
 * at a random page for each job, which halves the queue's speed at a million rows; so only the newest runs are written to,
 * and reading looks into each run in turn (a million rows are 245 runs, a millisecond). Runs without jobs are passed over.
 * What is not finished is found by the index of the queue itself, so that a new job costs no entry here.
 */
export function jobsOfSubject(kind: string, subjectId: string): string {
  return `
    WITH RECURSIVE run (number) AS (
      SELECT max(id) >> 12 FROM job
      UNION ALL
      SELECT (SELECT max(id) >> 12 FROM job WHERE id < number << 12) FROM run WHERE number IS NOT NULL)
    SELECT found.id FROM run CROSS JOIN job AS found INDEXED BY job_of_subject
    WHERE found.id >> 12 = run.number AND found.subject_id = ${subjectId} AND found.finished_at IS NOT NULL
      AND found.kind = ${kind}
    UNION ALL
    SELECT live.id FROM job AS live INDEXED BY job_live
    WHERE live.state IN ('waiting', 'claimed') AND live.kind = ${kind} AND live.subject_id = ${subjectId}
      AND live.finished_at IS NULL`
}

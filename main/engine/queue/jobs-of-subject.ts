/**
 * SQL for the ids of all jobs of one subject, for use as `id IN (…)`. The arguments are SQL: a bound name or a column.
 *
 * Their index is cut into runs of 4,096 jobs by id. One over the whole history would be written at a random page for
 * each new job, which halves the queue's speed at a million rows; so only the newest run is written to, and reading
 * looks into each run in turn (a million rows are 245 runs, a millisecond). Runs without jobs are passed over.
 */
export function jobsOfSubject(kind: string, subjectId: string): string {
  return `
    WITH RECURSIVE run (number) AS (
      SELECT max(id) >> 12 FROM job
      UNION ALL
      SELECT (SELECT max(id) >> 12 FROM job WHERE id < number << 12) FROM run WHERE number IS NOT NULL)
    SELECT found.id FROM run CROSS JOIN job AS found INDEXED BY job_of_subject
    WHERE found.id >> 12 = run.number AND found.subject_id = ${subjectId} AND found.kind = ${kind}`
}

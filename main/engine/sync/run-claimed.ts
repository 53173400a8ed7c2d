/** Runs claimed jobs by their kind: scenes as one batch, each performer, studio, tag or group separately. */
import type { ClaimedJob } from '../queue/job.ts'

export interface JobKindsDeps {
  readonly scenes: (jobs: readonly ClaimedJob[], signal: AbortSignal) => Promise<unknown>
  /** Finds the scenes of a performer, studio, tag or group that changed. */
  readonly fanOut: (job: ClaimedJob, signal: AbortSignal) => Promise<void>
}

export async function runClaimed(
  jobs: readonly ClaimedJob[],
  { scenes, fanOut }: JobKindsDeps,
  signal: AbortSignal,
): Promise<void> {
  const ofScenes = jobs.filter((job) => job.kind === 'scene')
  await Promise.all([
    ...(ofScenes.length > 0 ? [scenes(ofScenes, signal)] : []),
    ...jobs.filter((job) => job.kind !== 'scene').map((job) => fanOut(job, signal)),
  ])
}

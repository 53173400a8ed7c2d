import * as z from 'zod'
import type { ServedProcess } from '../harness/served-process.ts'

const countsSchema = z.object({ plex: z.object({ total: z.number(), labels: z.record(z.string(), z.number()) }) })

/** What the simulated Plex was asked since its log was reset: requests in all, and by label. */
export async function plexCounts(servers: ServedProcess): Promise<z.infer<typeof countsSchema>['plex']> {
  return countsSchema.parse(await servers.command('counts')).plex
}

/** Reads from Stash what concerns the server as a whole: its version, its state, and whether its database answers. */
import * as z from 'zod'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashConnection } from './graphql.ts'
import { sceneStampsQuery, versionQuery } from './queries.ts'
import { faultOfState, stateNamed, systemStatusQuery } from './stash-state.ts'

export interface ServerReader {
  /** Such as `v0.30.1`; the commit where Stash was built without a version. */
  version(signal?: AbortSignal): Promise<Result<string>>
  /** Succeeds where Stash has a database that it uses: the question that a gate asks before work continues. */
  ready(signal?: AbortSignal): Promise<Result<void>>
  /** `status` is OK, SETUP or NEEDS_MIGRATION. */
  systemStatus(signal?: AbortSignal): Promise<Result<{ status: string; os: string | null }>>
  /** The moment of its last log line, in its local time: nothing else shows its time zone; null if it logs nothing. */
  lastLogTime(signal?: AbortSignal): Promise<Result<string | null>>
}

const versionSchema = z
  .object({ version: z.object({ version: z.string().nullish(), hash: z.string().nullish() }) })
  .transform(({ version: { version, hash } }) => version || hash || 'unknown')
const statusSchema = z
  .object({ systemStatus: z.object({ status: z.string(), os: z.string().nullish() }) })
  .transform(({ systemStatus: { status, os } }) => ({ status, os: os ?? null }))
export const lastLogTimeQuery = 'query LastLogTime { logs { time } }'
/** The latest first. */
const logTimesSchema = z
  .object({ logs: z.array(z.object({ time: z.string() })) })
  .transform(({ logs: [latest] }) => latest?.time ?? null)

export function createServerReader({ graphql }: Pick<StashConnection, 'graphql'>): ServerReader {
  return {
    version: (signal) => graphql(versionQuery, {}, versionSchema, signal),
    systemStatus: (signal) => graphql(systemStatusQuery, {}, statusSchema, signal),
    lastLogTime: (signal) => graphql(lastLogTimeQuery, {}, logTimesSchema, signal),
    async ready(signal) {
      const result = await graphql(systemStatusQuery, {}, statusSchema, signal)
      if (!result.ok) return result
      const fault = faultOfState(stateNamed(result.value.status))
      if (fault !== null) return { ok: false, fault }
      // Only the database itself proves that it answers.
      const asked = await graphql(sceneStampsQuery, { filter: { per_page: 0 } }, z.unknown(), signal)
      return asked.ok ? ok(undefined) : asked
    },
  }
}

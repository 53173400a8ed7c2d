/** The accounts of the server: the owner, Home members and shared users. */
import * as z from 'zod'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexConnection } from './connection.ts'
import { number, text } from './fields.ts'

export interface PlexAccount {
  readonly id: number
  readonly name: string
}

const accountsSchema = z.object({ Account: z.array(z.object({ id: number, name: text })).nullish() })

/** Plex lists an account 0 without a name, which belongs to no user. */
export async function readAccounts(connection: PlexConnection, signal?: AbortSignal): Promise<Result<PlexAccount[]>> {
  const result = await connection.read({ path: '/accounts', signal }, accountsSchema)
  if (!result.ok) return result
  const rows = result.value.value.Account ?? []
  return ok(rows.flatMap(({ id, name }) => (id === null || id <= 0 || name === '' ? [] : [{ id, name }])))
}

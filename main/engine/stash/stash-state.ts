/**
 * Distinguishes a Stash that is not set up, or waits for its migration, from one that fails. Stash: `systemStatus` answers in both
 * states, while each query of the database answers 200 with "Internal system error" or "nil pointer dereference", also
 * where `systemStatus` is in the same document; images answer 500. Pure.
 */
import * as z from 'zod'
import { errors } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'

/** As `status --json` shows it. */
const stashStates = ['ok', 'setup', 'needs_migration'] as const
export type StashState = (typeof stashStates)[number]

export const systemStatusQuery = 'query SystemStatus { systemStatus { status os } }'

/** The least that only a database can answer. */
export const databaseQuery = 'query Database { findScenes(filter: { per_page: 0 }) { count } }'

const responseSchema = z.object({ data: z.object({ systemStatus: z.object({ status: z.string() }) }) })

/** What a response to `systemStatusQuery` says; null if it says nothing. */
export function stashStateOf(response: unknown): StashState | null {
  const parsed = responseSchema.safeParse(response)
  return parsed.success ? stateNamed(parsed.data.data.systemStatus.status) : null
}

export function stateNamed(status: string): StashState | null {
  switch (status) {
    case 'OK':
      return 'ok'
    case 'SETUP':
      return 'setup'
    case 'NEEDS_MIGRATION':
      return 'needs_migration'
    default:
      return null
  }
}

/** Why the database cannot be asked; null if it can, or where nothing is known. */
export function faultOfState(state: StashState | null): Fault | null {
  if (state === 'setup') return { code: 'stash_setup', message: errors.stash_setup.title }
  if (state === 'needs_migration')
    return { code: 'stash_migration', message: `${errors.stash_migration.title}: open Stash and confirm it` }
  return null
}

/** Whether a response to this query proves that the database is in use. */
export function needsDatabase(query: string): boolean {
  return /\b(find[A-Z]\w*|scene[A-Z]\w*|bulk\w+|stats)\s*[({]/.test(query)
}

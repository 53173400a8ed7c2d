/** Whose plays count. Names are resolved once, when they are chosen; from then on the account's number counts. */

import { splitNames } from '../../../shared/names.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexAccount } from '../plex/accounts.ts'
import type { PlexClient } from '../plex/client.ts'
import type { AccountStore } from './account-store.ts'

/** Plex: the owner's number in the play history. */
export const ownerAccountId = 1

export interface AccountDeps {
  readonly plex: Pick<PlexClient, 'accounts'>
  readonly accounts: AccountStore
}

export interface ChosenAccounts {
  readonly ids: ReadonlySet<number>
  /** Names that Plex has no account for. */
  readonly unknown: readonly string[]
  /** All names that Plex has, if it was asked. */
  readonly offered: readonly string[]
}

/** The accounts that the text of activity_accounts names. Asks Plex only about names that were not chosen before. */
export async function chosenAccounts(
  text: string,
  server: string,
  deps: AccountDeps,
  signal: AbortSignal,
): Promise<Result<ChosenAccounts>> {
  const names = splitNames(text)
  if (names.length === 0) return ok({ ids: new Set([ownerAccountId]), unknown: [], offered: [] })
  const ids = new Set<number>()
  const open: string[] = []
  for (const name of names) {
    const id = deps.accounts.choiceOf(server, name)
    if (id === null) open.push(name)
    else ids.add(id)
  }
  if (open.length === 0) return ok({ ids, unknown: [], offered: [] })
  const asked = await readAccountNames(server, deps, signal)
  if (!asked.ok) return asked
  const unknown: string[] = []
  for (const name of open) {
    const account = accountNamed(name, asked.value)
    if (account === undefined) unknown.push(name)
    else {
      deps.accounts.choose(server, name, account.id)
      ids.add(account.id)
    }
  }
  return ok({ ids, unknown, offered: asked.value.map(({ name }) => name) })
}

/** Asks Plex and remembers the names for display. */
export async function readAccountNames(
  server: string,
  { plex, accounts }: AccountDeps,
  signal: AbortSignal,
): Promise<Result<PlexAccount[]>> {
  const asked = await plex.accounts(signal)
  if (asked.ok) accounts.remember(server, asked.value)
  return asked
}

/** One sentence that names the setting, the problem and what there is. */
export function unknownAccounts({ unknown, offered }: ChosenAccounts): string {
  const missing = unknown.map((name) => `"${name}"`).join(', ')
  return `activity_accounts: Plex has no account named ${missing}; it has ${offered.map((name) => `"${name}"`).join(', ')}`
}

/** The exact name first; letter case does not matter otherwise. */
function accountNamed(name: string, accounts: readonly PlexAccount[]): PlexAccount | undefined {
  return (
    accounts.find((account) => account.name === name) ??
    accounts.find((account) => account.name.toLowerCase() === name.toLowerCase())
  )
}

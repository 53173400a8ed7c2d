/** Whose plays count. Names are resolved once, when they are chosen; from then on the account's number counts. */

import { decline } from '../../../../shared/decline.ts'
import { splitNames } from '../../../../shared/names.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { Settings } from '../../../../shared/settings.ts'
import type { PlexAccount } from '../../plex/accounts.ts'
import type { PlexClient } from '../../plex/client.ts'
import type { AccountStore } from '../store/account-store.ts'

/** Plex: the owner's number in the play history. */
export const ownerAccountId = 1

export interface AccountsDeps {
  readonly plex: Pick<PlexClient, 'accounts'>
  readonly store: AccountStore
  readonly settings: () => Settings
}

export class Accounts {
  readonly #deps: AccountsDeps

  constructor(deps: AccountsDeps) {
    this.#deps = deps
  }

  /**
   * Numbers of the accounts that the setting activity_accounts names; of the owner where it names none. Asks Plex only about
   * names that were not chosen before. Fault `invalid_input` for a name that Plex does not know.
   */
  chosen(server: string, signal: AbortSignal): Promise<Result<ReadonlySet<number>>> {
    return this.resolve(this.#deps.settings().activity_accounts, server, signal)
  }

  /** The same of another text for the setting. */
  async resolve(text: string, server: string, signal: AbortSignal): Promise<Result<ReadonlySet<number>>> {
    const names = splitNames(text)
    if (names.length === 0) return ok(new Set([ownerAccountId]))
    const { store } = this.#deps
    const ids = new Set<number>()
    const open: string[] = []
    for (const name of names) {
      const id = store.choiceOf(server, name)
      if (id === null) open.push(name)
      else ids.add(id)
    }
    if (open.length === 0) return ok(ids)
    const offered = await this.readNames(server, signal)
    if (!offered.ok) return offered
    const unknown: string[] = []
    for (const name of open) {
      const account = accountNamed(name, offered.value)
      if (account === undefined) unknown.push(name)
      else {
        store.choose(server, name, account.id)
        ids.add(account.id)
      }
    }
    return unknown.length === 0
      ? ok(ids)
      : decline('invalid_input', {
          code: 'accounts_unknown',
          values: { names: unknown, known: offered.value.map(({ name }) => name) },
        })
  }

  /** Asks Plex and remembers the names for display. */
  async readNames(server: string, signal: AbortSignal): Promise<Result<PlexAccount[]>> {
    const asked = await this.#deps.plex.accounts(signal)
    if (asked.ok) this.#deps.store.remember(server, asked.value)
    return asked
  }

  /** Names are for display only: where they cannot be read, numbers are shown. */
  async refreshNames(server: string, isDue: boolean, signal: AbortSignal): Promise<void> {
    if (isDue || this.#deps.store.list(server).length === 0) await this.readNames(server, signal)
  }

  /** Names of the setting that wait for Plex to know them. */
  pending(server: string): string[] {
    const names = splitNames(this.#deps.settings().activity_accounts)
    return names.filter((name) => this.#deps.store.choiceOf(server, name) === null)
  }

  /** Null if it is not known. */
  nameOf(server: string, accountId: number): string | null {
    return this.#deps.store.names(server).get(accountId) ?? null
  }
}

/** One sentence that names the setting, the problem and what there is. */
/** The exact name first; letter case does not matter otherwise. */
function accountNamed(name: string, accounts: readonly PlexAccount[]): PlexAccount | undefined {
  return (
    accounts.find((account) => account.name === name) ??
    accounts.find((account) => account.name.toLowerCase() === name.toLowerCase())
  )
}

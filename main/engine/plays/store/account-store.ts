/** Owns the tables play_account and play_account_choice: names of Plex accounts, and which ones were chosen. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { PlexAccount } from '../../plex/accounts.ts'

const accountRows = z.array(z.object({ account_id: z.number(), name: z.string() }))
const choice = z.object({ account_id: z.number() }).optional()

export class AccountStore {
  readonly #db: Database
  readonly #statements

  constructor(db: Database) {
    this.#db = db
    this.#statements = {
      names: db.prepare<[string]>('SELECT account_id, name FROM play_account WHERE server = ? ORDER BY account_id'),
      putName: db.prepare<[string, number, string]>(
        'INSERT OR REPLACE INTO play_account (server, account_id, name) VALUES (?, ?, ?)',
      ),
      choice: db.prepare<[string, string]>(
        'SELECT account_id FROM play_account_choice WHERE server = ? AND name = ? COLLATE NOCASE',
      ),
      choose: db.prepare<[string, string, number]>(
        'INSERT OR REPLACE INTO play_account_choice (server, name, account_id) VALUES (?, ?, ?)',
      ),
    }
  }

  /** Accounts as Plex showed them last, by their number. */
  list(server: string): PlexAccount[] {
    return accountRows
      .parse(this.#statements.names.all(server))
      .map(({ account_id, name }) => ({ id: account_id, name }))
  }

  names(server: string): ReadonlyMap<number, string> {
    return new Map(this.list(server).map(({ id, name }) => [id, name]))
  }

  remember(server: string, accounts: readonly PlexAccount[]): void {
    this.#db.transaction(() => {
      for (const { id, name } of accounts) this.#statements.putName.run(server, id, name)
    })()
  }

  /** The account that a name meant when it was chosen; null if it was not chosen yet. */
  choiceOf(server: string, name: string): number | null {
    return choice.parse(this.#statements.choice.get(server, name))?.account_id ?? null
  }

  choose(server: string, name: string, accountId: number): void {
    this.#statements.choose.run(server, name, accountId)
  }
}

/** Finds out which names a Stash server understands: asks in the newest dialect, and looks up the others once it is refused. */
import type { Fault, Result } from '../../../shared/result.ts'
import type { StashConnection, StashConnectionOptions } from './graphql.ts'
import { type Dialect, dialectQuery, dialectSchema, newestDialect } from './queries.ts'

export class DialectFinder {
  readonly #connection: Pick<StashConnection, 'graphql'>
  readonly #options: Pick<StashConnectionOptions, 'address' | 'exchanges'>
  /** What the server at `url` understands; `asked` once it was looked up there. */
  #known: { readonly url: string; readonly dialect: Dialect; readonly asked: boolean } | null = null

  constructor(
    connection: Pick<StashConnection, 'graphql'>,
    options: Pick<StashConnectionOptions, 'address' | 'exchanges'>,
  ) {
    this.#connection = connection
    this.#options = options
  }

  /** Which names the server has, as far as was found out. */
  get dialect(): Dialect {
    return this.#known?.dialect ?? newestDialect
  }

  /** Drops what is known: the server may have come back as another version. */
  forget(): void {
    this.#known = null
  }

  /** Asks in the newest dialect; a server that refuses it is asked once what it has. */
  async ask<T>(question: (dialect: Dialect) => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>> {
    const { url } = this.#options.address()
    const now = this.#known?.url === url ? this.#known : { url, dialect: newestDialect, asked: false }
    const first = await question(now.dialect)
    if (first.ok) return first
    // A server that was away, or has a migration to do, may be of another version.
    if (first.fault.code === 'unreachable' || first.fault.code === 'stash_migration') this.forget()
    if (first.fault.code !== 'rejected') return first
    if (now.asked) return this.#misunderstood(first)
    const dialect = await this.#connection.graphql(dialectQuery, {}, dialectSchema, signal)
    if (!dialect.ok) return dialect.fault.code === 'rejected' ? this.#misunderstood(first) : first
    this.#known = { url, dialect: dialect.value, asked: true }
    const again = await question(dialect.value)
    return again.ok ? again : this.#misunderstood(again)
  }

  /** No dialect fits: this Stash cannot be read at all, so it is a fault of the server and not of one job. */
  #misunderstood(result: { readonly ok: false; readonly fault: Fault }): Result<never> {
    const { fault } = result
    if (fault.code !== 'rejected' || (fault.status !== 422 && fault.status !== 400)) return result
    const found: Fault = { ...fault, code: 'stash_schema' }
    // Only here it is known that the query itself is what fails.
    this.#options.exchanges?.report({ ok: true, fault: found, milliseconds: 0 })
    return { ok: false, fault: found }
  }
}

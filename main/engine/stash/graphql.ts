/**
 * Sends queries to Stash's GraphQL endpoint and fetches its images, with the faults that are Stash's own: each odd answer
 * of its database leads to one question whether Stash waits for its setup or its migration.
 */
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { errors as errorTable } from '../../../shared/errors.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import { type Answer, createHttp, type JsonRows, type Timeouts } from '../http/exchange.ts'
import type { Exchanges } from '../http/exchanges.ts'
import { maskSecrets, shorten } from '../http/quote.ts'
import type { Clock } from '../ports.ts'
import {
  databaseQuery,
  faultOfState,
  needsDatabase,
  type StashState,
  stashStateOf,
  systemStatusQuery,
} from './stash-state.ts'

export interface StashAddress {
  /** Base address, with the prefix of a reverse proxy if there is one; empty if not set up. */
  readonly url: string
  /** Empty if Stash has no password. */
  readonly apiKey: string
}

export interface StashConnectionOptions {
  /** Read before each request, so that a changed setting takes effect immediately. */
  readonly address: () => StashAddress
  readonly timeouts: () => Timeouts
  readonly clock: Clock
  readonly exchanges?: Exchanges
}

export interface StashConnection {
  /**
   * One operation. `variables` carry the values: Stash keeps the last 1,000 query texts, so the text should not vary.
   * Faults: `stash_setup`, `stash_migration` and `stash_database` where Stash has no database to ask, `rejected` where the query does not fit Stash's schema, `server_error` where Stash failed to carry it out,
   * `bad_answer` where the data is not of the schema, and those of the exchange.
   */
  graphql<T>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<Result<T>>
  /**
   * The same for a long list: `row` is what one of its elements is, `at` the keys that lead to the list, and each element
   * is read while the response arrives. `schema` is that of the rest, in which the list is empty.
   */
  graphqlRows<T, R>(
    asked: {
      readonly query: string
      readonly variables: Readonly<Record<string, unknown>>
      readonly schema: z.ZodType<T>
      readonly at: readonly string[]
      readonly row: z.ZodType<R>
    },
    signal?: AbortSignal,
  ): Promise<Result<{ value: T; rows: R[] }>>
  /** GET of a path below the base address, such as `/scene/1/screenshot`. */
  get(
    path: string,
    request: { etag?: string; maxBytes: number; signal?: AbortSignal | undefined },
  ): Promise<Result<Answer>>
  /** Stash's present time in epoch ms, by the Date of its last response (whole seconds); null while none has come. */
  now(): number | null
  /** Whether Stash has a database that it uses, by the last response that said so; null while none has. */
  state(): StashState | null
  close(): void
}

const errorsSchema = z.array(z.object({ message: z.string().catch('') }))
const envelopeSchema = z.object({ data: z.unknown().optional(), errors: errorsSchema.nullish() })

export function createStashConnection(options: StashConnectionOptions): StashConnection {
  const { address, timeouts, clock, exchanges } = options
  const http = createHttp({
    server: 'Stash',
    clock,
    exchanges,
    judge: (response) => faultOfStash(response, address().apiKey),
  })

  let state: StashState | null = null
  /** How far Stash's clock is ahead of ours. */
  let aheadMs: number | null = null
  /** One question for all that failed at the same time. */
  let asking: Promise<StashState | null> | null = null

  async function graphql<T>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    signal?: AbortSignal,
    rows?: JsonRows,
  ): Promise<Result<T>> {
    const { url, apiKey } = address()
    if (url === '') return notConfigured
    const headers = { ...keyHeader(apiKey), 'Content-Type': 'application/json' }
    const result = await http.exchange({
      method: 'POST',
      url: `${url}/graphql`,
      headers,
      body: JSON.stringify({ query, variables }),
      timeouts: timeouts(),
      signal,
      accept: 'json',
      rows,
      repeatable: !/^\s*mutation\b/.test(query),
    })
    if (!result.ok) return result.fault.code === 'server_error' ? orState(result.fault, signal) : result
    const at = Date.parse(result.value.header('date'))
    if (Number.isFinite(at)) aheadMs = at - clock.now()
    const envelope = envelopeSchema.safeParse(result.value.json)
    if (!envelope.success) return decline('bad_answer', { code: 'no_graphql', values: {} })
    const { errors, data } = envelope.data
    if (errors && errors.length > 0) {
      const said = errors.map(({ message }) => message).join('; ')
      const fault = {
        code: 'server_error' as const,
        message: shorten(maskSecrets(`Stash answered: ${said}`, headers)),
        status: result.value.status,
      }
      // "scene with id N not found" comes out of a database that works.
      return data == null && !/not found/i.test(said) ? orState(fault, signal) : { ok: false, fault }
    }
    const parsed = schema.safeParse(data)
    if (parsed.success) {
      if (needsDatabase(query)) state = 'ok'
      return ok(parsed.data)
    }
    const place = parsed.error.issues[0]?.path.join('.') || null
    return decline('bad_answer', { code: 'answer_unknown', values: { server: 'Stash', at: place } })
  }

  const graphqlRows: StashConnection['graphqlRows'] = async ({ query, variables, schema, at, row }, signal) => {
    const rows: z.output<typeof row>[] = []
    let wrongAt: string | null = null
    const take = (one: unknown): void => {
      const parsed = row.safeParse(one)
      if (parsed.success) rows.push(parsed.data)
      else wrongAt ??= [...at, rows.length, ...(parsed.error.issues[0]?.path ?? [])].join('.')
    }
    const result = await graphql(query, variables, schema, signal, { at: ['data', ...at], take })
    if (!result.ok) return result
    if (wrongAt !== null)
      return decline('bad_answer', { code: 'answer_unknown', values: { server: 'Stash', at: wrongAt } })
    return ok({ value: result.value, rows })
  }

  /** The fault as it came, or the reason behind it where Stash says that it waits for its setup or its migration. */
  async function orState(fault: Fault, signal: AbortSignal | undefined): Promise<Result<never>> {
    asking ??= askState(signal).finally(() => {
      asking = null
    })
    const reported = await asking
    const found = faultOfState(reported) ?? (reported === 'ok' ? await askDatabase(fault, signal) : null)
    if (found === null) return { ok: false, fault }
    // The exchange itself succeeded, so nothing else can report it.
    exchanges?.report({ ok: true, fault: found, milliseconds: 0 })
    return { ok: false, fault: found }
  }

  /** Stash: a database that is locked, full or damaged fails every query with an error in a 200; one query shows. */
  async function askDatabase({ message }: Fault, signal: AbortSignal | undefined): Promise<Fault | null> {
    const result = await askPlainly(databaseQuery, signal)
    const answer = result.ok ? envelopeSchema.safeParse(result.value.json) : null
    const fails = answer?.success === true && answer.data.data == null && (answer.data.errors?.length ?? 0) > 0
    return fails ? { code: 'stash_database', message: `${errorTable.stash_database.title}: ${message}` } : null
  }

  async function askState(signal: AbortSignal | undefined): Promise<StashState | null> {
    const result = await askPlainly(systemStatusQuery, signal)
    const reported = result.ok ? stashStateOf(result.value.json) : null
    if (reported !== null) state = reported
    return reported
  }

  /** A query about Stash itself, whose outcome is not reported to its gate. */
  function askPlainly(query: string, signal: AbortSignal | undefined) {
    const { url, apiKey } = address()
    return http.exchange({
      method: 'POST',
      url: `${url}/graphql`,
      headers: { ...keyHeader(apiKey), 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables: {} }),
      timeouts: timeouts(),
      signal,
      accept: 'json',
      repeatable: true,
    })
  }

  return {
    graphql,
    graphqlRows,
    async get(path, { etag, maxBytes, signal }) {
      const { url, apiKey } = address()
      if (url === '') return notConfigured
      const result = await http.exchange({
        method: 'GET',
        url: `${url}${path}`,
        headers: { ...keyHeader(apiKey), ...(etag && { 'If-None-Match': etag }) },
        timeouts: timeouts(),
        signal,
        accept: 'bytes',
        maxBytes,
      })
      return !result.ok && result.fault.code === 'server_error' ? orState(result.fault, signal) : result
    },
    now: () => (aheadMs === null ? null : clock.now() + aheadMs),
    state: () => state,
    close: () => http.close(),
  }
}

const notConfigured = decline('not_configured', { code: 'setting_missing', values: { name: 'stash_url' } })

/** A Stash without a password answers 401 to any request that has a key: an empty key is not sent. */
function keyHeader(apiKey: string): Record<string, string> {
  return apiKey === '' ? {} : { ApiKey: apiKey }
}

/**
 * Answers that have a special meaning in Stash: without a key it redirects to its login page; up to 0.25 it
 * answers a wrong key with a 500; a query that does not fit its schema gets 422, or 400 depending on what was accepted.
 */
function faultOfStash(response: Answer, apiKey: string): Fault | undefined {
  const { status } = response
  if (status === 401)
    return {
      code: 'token_refused',
      message: apiKey === '' ? 'Stash wants its API key' : 'Stash refuses this API key',
      status,
    }
  if (status === 302 && /\/login\/?([?#]|$)/.test(response.header('location'))) {
    return { code: 'token_refused', message: 'Stash asks for a login: stash_api_key is missing or wrong', status }
  }
  if (status === 500 && response.body.toString('utf8').trim().toLowerCase() === 'unauthorized') {
    return { code: 'token_refused', message: 'Stash refuses the key (500 unauthorized)', status }
  }
  if (status !== 422 && status !== 400) return undefined
  const said = messagesOf(response.body)
  return said === '' ? undefined : { code: 'rejected', message: `Stash refuses the query (${status}): ${said}`, status }
}

function messagesOf(body: Buffer): string {
  try {
    const { errors } = z.object({ errors: errorsSchema }).parse(JSON.parse(body.toString('utf8')))
    return errors.map(({ message }) => message).join('; ')
  } catch {
    // Not a GraphQL answer: the common table judges it by its status.
    return ''
  }
}

import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  validate,
} from 'graphql'
import type { Exchange, Reply } from './simulated-server.ts'

interface Prepared {
  document: DocumentNode | null
  errors: readonly GraphQLError[]
  code: string
}

interface Operation {
  query: string
  variables: Record<string, unknown> | null
  operationName: string | null
}

/** What a text means depends on the schema alone, which all servers of one version share. */
const preparedTexts = new WeakMap<GraphQLSchema, Map<string, Prepared>>()

function preparedFor(schema: GraphQLSchema): Map<string, Prepared> {
  const known = preparedTexts.get(schema) ?? new Map<string, Prepared>()
  preparedTexts.set(schema, known)
  return known
}

const cors = { 'Access-Control-Allow-Origin': '*' }

/** GraphQL over HTTP with the habits of Stash's library: which status, which content type, which error code. */
export class StashGraphql {
  readonly #schema: GraphQLSchema
  /** Since 0.29 a wildcard in Accept changes the content type and the status. */
  readonly #newTypes: boolean
  readonly #hasDatabase: () => boolean
  readonly #databaseError: () => string | null
  readonly #prepared: Map<string, Prepared>

  /**
   * `hasDatabase`: false while Stash is not set up or waits for its migration. `databaseError`: what SQLite says to every
   * query, with 200 and a status of OK, as where the database is locked, damaged or on a full disk.
   */
  constructor(
    schema: GraphQLSchema,
    minor: number,
    hasDatabase: () => boolean,
    databaseError: () => string | null = () => null,
  ) {
    this.#schema = schema
    this.#hasDatabase = hasDatabase
    this.#databaseError = databaseError
    this.#newTypes = minor >= 29
    this.#prepared = preparedFor(schema)
  }

  /** Answers one exchange at /graphql. */
  answer(exchange: Exchange, context: unknown): Reply | Promise<Reply> {
    const { request } = exchange
    const graphqlType = this.#newTypes && prefersResponseType(request.headers.accept)
    const operation = readOperation(exchange)
    if ('message' in operation) {
      exchange.label('refused')
      return reply(400, { errors: [{ message: operation.message }], data: null }, graphqlType)
    }
    const prepared = this.prepare(operation.query)
    const invalid = graphqlType ? 400 : 422
    if (!prepared.document) {
      exchange.label('invalid')
      return reply(
        invalid,
        { errors: prepared.errors.map((error) => coded(error, prepared.code)), data: null },
        graphqlType,
      )
    }
    const node = getOperationAST(prepared.document, operation.operationName)
    exchange.label(node ? rootFields(prepared.document, operation.operationName) : 'invalid')
    if (request.method === 'GET' && node && node.operation !== 'query') {
      return reply(406, { errors: [{ message: 'GET requests only allow query operations' }], data: null }, graphqlType)
    }
    if (node && !this.#hasDatabase() && needsDatabase(prepared.document, operation.operationName))
      return reply(200, withoutDatabase(prepared.document, operation.operationName), graphqlType)
    const databaseError = this.#databaseError()
    if (node && databaseError !== null && needsDatabase(prepared.document, operation.operationName))
      return reply(200, { errors: [{ message: databaseError }], data: null }, graphqlType)
    const finish = (result: ExecutionResult): Reply => {
      // No data at all: the variables or the operation's name were wrong, the request was never run.
      if (result.data === undefined) {
        const errors = (result.errors ?? []).map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'))
        return reply(invalid, { errors, data: null }, graphqlType)
      }
      const errors = result.errors?.map(({ message, path, locations }) => ({ message, path, locations }))
      return reply(200, errors ? { errors, data: result.data } : { data: result.data }, graphqlType)
    }
    const result = execute({
      schema: this.#schema,
      document: prepared.document,
      contextValue: context,
      variableValues: operation.variables,
      operationName: operation.operationName,
    })
    return result instanceof Promise ? result.then(finish) : finish(result as ExecutionResult)
  }

  /** Parses and validates a text once; 1,000 texts are kept, as on the real server. */
  prepare(query: string): Prepared {
    const known = this.#prepared.get(query)
    if (known) return known
    const prepared = this.#check(query)
    if (this.#prepared.size >= 1000) this.#prepared.clear()
    this.#prepared.set(query, prepared)
    return prepared
  }

  #check(query: string): Prepared {
    try {
      const document = parse(query)
      const errors = validate(this.#schema, document)
      return { document: errors.length > 0 ? null : document, errors, code: 'GRAPHQL_VALIDATION_FAILED' }
    } catch (error) {
      return { document: null, errors: [error as GraphQLError], code: 'GRAPHQL_PARSE_FAILED' }
    }
  }
}

function readOperation(exchange: Exchange): Operation | { message: string } {
  const { request, body } = exchange
  if (request.method === 'GET') {
    const variables = request.params.get('variables')
    try {
      return {
        query: request.params.get('query') ?? '',
        variables: variables ? (JSON.parse(variables) as Record<string, unknown>) : null,
        operationName: request.params.get('operationName') ?? null,
      }
    } catch {
      return { message: 'variables could not be decoded' }
    }
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (request.method !== 'POST' || type !== 'application/json') return { message: 'transport not supported' }
  try {
    const parsed: unknown = JSON.parse(body.toString())
    // There is no batching: a list does not decode into an operation.
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('cannot unmarshal')
    const { query, variables, operationName } = parsed as Record<string, unknown>
    return {
      query: typeof query === 'string' ? query : '',
      variables: typeof variables === 'object' ? (variables as Record<string, unknown> | null) : null,
      operationName: typeof operationName === 'string' && operationName !== '' ? operationName : null,
    }
  } catch (error) {
    return { message: `json request body could not be decoded: ${error instanceof Error ? error.message : ''}` }
  }
}

/** The first type in Accept that the server knows decides. */
function prefersResponseType(accept: string | undefined): boolean {
  for (const part of (accept ?? '').split(',')) {
    const type = part.split(';')[0]?.trim()
    if (type === '*/*' || type === 'application/*' || type === 'application/graphql-response+json') return true
    if (type === 'application/json') return false
  }
  return false
}

function rootFields(document: DocumentNode, name: string | null): string {
  return rootFieldNames(document, name).join('+')
}

function rootFieldNames(document: DocumentNode, name: string | null): string[] {
  const node = getOperationAST(document, name)
  return node?.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? [field.name.value] : [])) ?? []
}

/** What the real one responses before its setup and while it waits for its migration. */
const answersWithoutDatabase: ReadonlySet<string> = new Set(
  'version configuration plugins pluginTasks jobQueue findJob logs systemStatus reloadPlugins __schema __type'.split(
    ' ',
  ),
)

function needsDatabase(document: DocumentNode, name: string | null): boolean {
  return rootFieldNames(document, name).some((field) => !answersWithoutDatabase.has(field))
}

/** The real one dereferences the database that is not there: everything fails, also what else is in the document. */
function withoutDatabase(document: DocumentNode, name: string | null) {
  const path = rootFieldNames(document, name).filter((field) => !answersWithoutDatabase.has(field))
  const message = 'Internal system error. Error <runtime error: invalid memory address or nil pointer dereference>'
  return { errors: [{ message, path: path.slice(0, 1) }], data: null }
}

function coded(error: GraphQLError, code: string) {
  return { message: error.message, locations: error.locations, extensions: { code } }
}

function reply(status: number, body: unknown, graphqlType: boolean): Reply {
  const type = graphqlType ? 'application/graphql-response+json' : 'application/json'
  return { status, headers: { ...cors, 'Content-Type': type }, body: JSON.stringify(body) }
}

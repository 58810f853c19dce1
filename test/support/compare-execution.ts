import { createClient, type Client } from 'graphql-ws'
import {
  defaultFieldResolver,
  execute,
  GraphQLError,
  isObjectType,
  lexicographicSortSchema,
  subscribe,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { WebSocket } from 'ws'
import { presentError } from '#edge/graphql/present-error.js'
import type { EdgeOptions } from '#edge/options.js'
import type { Random } from '#services/kernel/random/random.js'
import { openEventSource } from './event-source.js'
import type { RandomOperation } from './random-operations.js'

/** A use of an operation whose result differs from that of graphql-js. */
export interface Difference {
  readonly text: string
  readonly variables: object
  readonly use: number
  readonly transport: string
  readonly expected: unknown
  readonly received: unknown
}

export interface Compared {
  readonly url: string
  readonly schema: GraphQLSchema
  readonly token?: string | undefined
  /** A new context of the same caller. */
  readonly context: () => object
  readonly onError: EdgeOptions['onError']
}

interface Request {
  readonly query: string
  readonly variables: Record<string, unknown>
}
type Essence = { readonly data: string; readonly errors: readonly string[] }
type Result = { data?: unknown; errors?: readonly { path?: unknown; extensions?: { code?: unknown } }[] }

/** Codes of limits, which graphql-js does not have. */
const LIMITS: readonly unknown[] = ['QUERY_TOO_COMPLEX', 'TOO_MANY_ALIASES', 'QUERY_TOO_DEEP', 'QUERY_TOO_LONG']
/** Uses of one document. */
const MAX_USES = 5
/** Attempts to read values that nothing changes at the same time. */
const MAX_READINGS = 5

/** Sends operations to a server in every way, and executes them with graphql-js. */
export class ExecutionComparison {
  private readonly socket: Client
  private readonly schema: GraphQLSchema
  readonly differences: Difference[] = []
  readonly codes = new Map<unknown, number>()
  uses = 0
  limited = 0

  constructor(
    private readonly random: Random,
    private readonly compared: Compared,
  ) {
    this.schema = patient(compared.schema)
    this.socket = createClient({
      url: `${compared.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: compared.token ? { Authorization: `Bearer ${compared.token}` } : {},
      lazyCloseTimeout: 60_000,
      retryAttempts: 0,
    })
  }

  /** Uses an operation one to five times, each time with other variables and over any transport. */
  async compare(operation: RandomOperation): Promise<void> {
    const uses = 1 + Math.floor(this.random.next() * MAX_USES)
    for (let use = 1; use <= uses; use++) await this.compareUse(operation, operation.variables(), use)
  }

  private async compareUse(operation: RandomOperation, variables: Record<string, unknown>, use: number): Promise<void> {
    const { text, kind } = operation
    const transports = kind === 'query' ? QUERY : kind === 'mutation' ? MUTATION : SUBSCRIPTION
    const transport = transports[Math.floor(this.random.next() * transports.length)]!
    this.uses += 1
    for (let reading = 1; ; reading++) {
      const expected = await this.reference(operation, variables)
      const received = essence(await this[transport]({ query: text, variables }))
      const codes = received.errors.map((one) => one.split(' ')[0])
      const isLimited = codes.some((code) => LIMITS.includes(code))
      if (!isLimited && !isSame(received, expected)) {
        // Work of the server can change a value between two readings. The result must be that of the one before or the one after.
        const later = await this.reference(operation, variables)
        if (!isSame(later, expected) && !isSame(received, later) && reading < MAX_READINGS) continue
        if (!isSame(received, later)) this.differences.push({ text, variables, use, transport, expected, received })
      }
      if (isLimited) this.limited += 1
      for (const code of codes) this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
      return
    }
  }

  close = (): Promise<void> => Promise.resolve(this.socket.dispose())

  private async reference(
    { document, kind }: RandomOperation,
    variableValues: Record<string, unknown>,
  ): Promise<Essence> {
    const { context, onError } = this.compared
    const args: ExecutionArgs = { schema: this.schema, document, variableValues, contextValue: context() }
    const result = kind === 'subscription' ? await first(await subscribe(args)) : await execute(args)
    return essence({ ...result, errors: result.errors?.map((error) => presentError(error, 'reference', onError)) })
  }

  private async post(body: object, accept = 'application/json'): Promise<unknown> {
    const { url, token } = this.compared
    const headers = {
      accept,
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    }
    return (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }

  private http = (request: Request) => this.post(request) as Promise<Result>

  private batch = async (request: Request) => {
    const results = (await this.post([{ query: '{ __typename }' }, request])) as Result[]
    return results[1]!
  }

  private get = async ({ query, variables }: Request): Promise<Result> => {
    const { url, token } = this.compared
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
    if (parameters.size > 8_000) return this.http({ query, variables })
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    return (await (await fetch(`${url}/graphql?${parameters.toString()}`, { headers })).json()) as Result
  }

  private events = async (request: Request): Promise<Result> => {
    const { url, token } = this.compared
    const stream = await openEventSource(url, request, token ? { authorization: `Bearer ${token}` } : {})
    const event = await stream.next()
    stream.close()
    return event?.event === 'next' ? (JSON.parse(event.data) as Result) : {}
  }

  private websocket = async (request: Request): Promise<Result> => {
    const results = this.socket.iterate<unknown>(request)
    try {
      const step = await results.next()
      return step.done ? {} : step.value
    } catch (errors) {
      if (!Array.isArray(errors)) throw errors
      return { errors: errors as GraphQLError[] }
    } finally {
      await results.return?.()
    }
  }
}

const SUBSCRIPTION = ['events', 'websocket'] as const
const MUTATION = ['http', 'batch', ...SUBSCRIPTION] as const
const QUERY = ['get', ...MUTATION] as const

async function first(result: AsyncIterable<ExecutionResult> | ExecutionResult): Promise<ExecutionResult> {
  if (!(Symbol.asyncIterator in result)) return result
  for await (const event of result) return event
  return {}
}

const isSame = (one: Essence, other: Essence): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * A schema whose lists have promises as items: graphql-js 16 leaves the rejection of one item of a list unhandled if a later item throws
 * synchronously.
 */
function patient(original: GraphQLSchema): GraphQLSchema {
  // A copy: its fields can be changed.
  const schema = lexicographicSortSchema(original)
  for (const type of Object.values(schema.getTypeMap()))
    for (const field of isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()) : []) {
      const { resolve = defaultFieldResolver } = field
      field.resolve = async (...all) => {
        const value: unknown = await resolve(...all)
        return Array.isArray(value) ? value.map((item) => Promise.resolve(item as unknown)) : value
      }
    }
  return schema
}

/**
 * Data in the order of its keys, and code and path of each error in any order. Of errors below a field that became null, the
 * first one is reported, which depends on time. They count as one error of this field without a code.
 */
function essence({ data, errors = [] }: Result): Essence {
  const places = errors.map(({ extensions, path }) => {
    const place = Array.isArray(path) ? nullPlace(data, path as (string | number)[]) : undefined
    const isBelow = place !== undefined && place.length < (path as unknown[]).length
    return `${isBelow ? 'below' : String(extensions?.code)} ${JSON.stringify(place) ?? ''}`
  })
  return { data: JSON.stringify(data) ?? 'absent', errors: [...new Set(places)].toSorted() }
}

/** The part of a path that leads to the null that its error caused. */
function nullPlace(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data
  for (const [index, part] of path.entries()) {
    if (value === null || typeof value !== 'object') return path.slice(0, index)
    value = (value as Record<string | number, unknown>)[part]
  }
  return path
}

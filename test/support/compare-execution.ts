import { createClient, type Client } from 'graphql-ws'
import { execute, GraphQLError, subscribe, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql'
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
type Result = { data?: unknown; errors?: readonly { path?: unknown; extensions?: { code?: unknown } }[] }

/** Codes of limits, which graphql-js does not have. */
const LIMITS: readonly unknown[] = ['QUERY_TOO_COMPLEX', 'TOO_MANY_ALIASES', 'QUERY_TOO_DEEP', 'QUERY_TOO_LONG']
/** Uses of one document. */
const MAX_USES = 5

/** Sends operations to a server in every way, and executes them with graphql-js. */
export class ExecutionComparison {
  private readonly socket: Client
  readonly differences: Difference[] = []
  readonly codes = new Map<unknown, number>()
  uses = 0
  limited = 0

  constructor(
    private readonly random: Random,
    private readonly compared: Compared,
  ) {
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
    const received = essence(await this[transport]({ query: text, variables }))
    const code = received.errors.map((one) => one.split(' ')[0]).find((one) => LIMITS.includes(one))
    this.uses += 1
    if (code) this.limited += 1
    for (const error of received.errors)
      this.codes.set(error.split(' ')[0], (this.codes.get(error.split(' ')[0]) ?? 0) + 1)
    const expected = code ? received : essence(await this.reference(operation, variables))
    if (JSON.stringify(received) !== JSON.stringify(expected))
      this.differences.push({ text, variables, use, transport, expected, received })
  }

  close = (): Promise<void> => Promise.resolve(this.socket.dispose())

  private async reference(
    { document, kind }: RandomOperation,
    variableValues: Record<string, unknown>,
  ): Promise<Result> {
    const { schema, context, onError } = this.compared
    const args: ExecutionArgs = { schema, document, variableValues, contextValue: context() }
    const result = kind === 'subscription' ? await first(await subscribe(args)) : await execute(args)
    return { ...result, errors: result.errors?.map((error) => presentError(error, 'reference', onError)) }
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

/**
 * Data in the order of its keys, and code and path of each error in any order. Of errors below a field that became null, the
 * first one is reported, which depends on time. They count as one error of this field without a code.
 */
function essence({ data, errors = [] }: Result): { data: string; errors: string[] } {
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

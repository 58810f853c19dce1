import { setTimeout as wait } from 'node:timers/promises'
import {
  GraphQLError,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'
import { pino } from 'pino'
import { buildEdge, type Edge } from '#edge/build-edge.js'
import type { ContextInput, EdgeOptions, ErrorReport } from '#edge/options.js'
import { systemRandom } from '#services/kernel/random/system-random.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

/** The caller, in the fixture of the transport tests. */
export interface FixtureContext extends ContextInput {
  user: string | null
  tokenEnds: Date | null
  renewals: number
}

/** A tiny domain: a tree of items, a slow field, a broken one, and a counter that can be followed. */
function tinySchema(calls: TransportFixture['calls']): GraphQLSchema {
  const Item: GraphQLObjectType = new GraphQLObjectType({
    name: 'Item',
    fields: () => ({
      name: { type: new GraphQLNonNull(GraphQLString) },
      children: {
        type: new GraphQLList(Item),
        args: { first: { type: GraphQLInt, defaultValue: 20 } },
        resolve: () => [{ name: 'child' }],
      },
    }),
  })
  const OneOf = new GraphQLInputObjectType({
    name: 'Choice',
    isOneOf: true,
    fields: { left: { type: GraphQLInt }, right: { type: GraphQLInt } },
  })
  const AnySize = new GraphQLScalarType({ name: 'AnySize', extensions: { anySize: true } })
  const Picked = new GraphQLInputObjectType({
    name: 'Picked',
    fields: { ids: { type: new GraphQLList(new GraphQLNonNull(GraphQLID)) } },
  })
  const Tick = new GraphQLObjectType({
    name: 'Tick',
    fields: {
      number: { type: new GraphQLNonNull(GraphQLInt) },
      renewals: { type: GraphQLInt, resolve: (_tick, _args, context: FixtureContext) => context.renewals },
    },
  })
  const query = new GraphQLObjectType<unknown, FixtureContext>({
    name: 'Query',
    fields: {
      item: {
        type: Item,
        resolve: () => {
          calls.resolved += 1
          return { name: 'root' }
        },
      },
      items: {
        type: new GraphQLList(new GraphQLNonNull(Item)),
        args: { first: { type: GraphQLInt, defaultValue: 20 } },
        resolve: (_root, { first }: { first?: number | null }) =>
          Array.from({ length: first ?? 20 }, (_, index) => ({ name: `item ${index} ${'of many words '.repeat(6)}` })),
      },
      byIds: {
        type: new GraphQLList(Item),
        args: { ids: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLID))) } },
        resolve: (_root, { ids }: { ids: string[] }) => ids.map((id) => ({ name: id })),
      },
      picked: {
        type: new GraphQLList(Item),
        args: { picked: { type: Picked } },
        resolve: (_root, { picked }: { picked: { ids: string[] } }) => picked.ids.map((id) => ({ name: id })),
      },
      many: {
        type: new GraphQLList(Item),
        args: { length: { type: new GraphQLNonNull(GraphQLInt) }, characters: { type: GraphQLInt } },
        resolve: (_root, { length, characters }: { length: number; characters?: number }) => {
          calls.resolved += 1
          return Array.from({ length }, () => ({ name: 'x'.repeat(characters ?? 1) }))
        },
      },
      anything: {
        type: AnySize,
        args: { bytes: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_root, { bytes }: { bytes: number }) => {
          calls.resolved += 1
          return { text: 'x'.repeat(bytes) }
        },
      },
      me: { type: GraphQLString, resolve: (_root, _args, { user }) => user },
      address: { type: GraphQLString, resolve: (_root, _args, { ip }) => ip },
      transport: { type: GraphQLString, resolve: (_root, _args, { transport }) => transport },
      echo: {
        type: GraphQLString,
        args: { text: { type: new GraphQLNonNull(GraphQLString) }, choice: { type: OneOf } },
        resolve: (_root, { text }: { text: string }) => text,
      },
      slow: {
        type: GraphQLString,
        args: { milliseconds: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: async (_root, { milliseconds }: { milliseconds: number }) => {
          calls.begun += 1
          await wait(milliseconds, undefined, { ref: false })
          return 'done'
        },
      },
      broken: {
        type: GraphQLString,
        resolve: () => {
          throw new Error('password=hunter2')
        },
      },
      brokenLater: {
        type: GraphQLString,
        resolve: () => Promise.reject(new Error('password=hunter2')),
      },
      brokenPromise: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
      refused: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError('Thing not found.', { extensions: { code: 'NOT_FOUND' } })
        },
      },
    },
  })
  const mutation = new GraphQLObjectType({
    name: 'Mutation',
    fields: { count: { type: GraphQLInt, resolve: () => (calls.resolved += 1) } },
  })
  const subscription = new GraphQLObjectType<unknown, FixtureContext>({
    name: 'Subscription',
    fields: {
      ticks: {
        type: Tick,
        args: { after: { type: GraphQLInt, defaultValue: 0 } },
        subscribe: (_root, { after }: { after: number }) => ticks(after, calls),
        resolve: (tick) => tick,
      },
      forbidden: {
        type: GraphQLInt,
        subscribe: () => {
          throw new GraphQLError('Not yours.', { extensions: { code: 'NOT_FOUND' } })
        },
      },
    },
  })
  return new GraphQLSchema({ query, mutation, subscription })
}

/** Counts every 20 ms until it is stopped, which takes effect immediately. */
function ticks(after: number, calls: { live: number }): AsyncGenerator<{ number: number }> {
  const stop = new AbortController()
  calls.live += 1
  async function* count(): AsyncGenerator<{ number: number }> {
    try {
      for (let number = after + 1; !stop.signal.aborted; number += 1) {
        yield { number }
        await wait(20, undefined, { signal: stop.signal }).catch(() => undefined)
      }
    } finally {
      calls.live -= 1
    }
  }
  const counting = count()
  const end = counting.return.bind(counting)
  counting.return = (value) => {
    stop.abort()
    return end(value)
  }
  return counting
}

/** A running edge over the tiny domain. */
export interface TransportFixture {
  schema: GraphQLSchema
  edge: Edge
  url: string
  socketUrl: string
  /** `begun`: slow operations and routes that have started. */
  calls: { resolved: number; live: number; begun: number }
  reported: unknown[]
  logged: string[]
}

/**
 * Tokens: `Bearer <name>`, or `Bearer <name>:<milliseconds to live>`; `Bearer bad` is rejected, `Bearer down` fails.
 */
async function createContext(input: ContextInput): Promise<FixtureContext> {
  const token = input.authorization?.replace(/^Bearer /, '')
  if (token === 'bad') throw new GraphQLError('The token is not valid.', { extensions: { code: 'INVALID_TOKEN' } })
  if (token === 'down') throw new Error('connect ECONNREFUSED 10.0.0.7:5432')
  const [user, life] = token?.split(':') ?? []
  const tokenEnds = life ? new Date(Date.now() + Number(life)) : null
  return { ...input, user: user ?? null, tokenEnds, renewals: 0 }
}

function report(error: unknown): ErrorReport {
  if (error instanceof GraphQLError && error.extensions['code'] === 'INVALID_TOKEN') {
    return { code: 'INVALID_TOKEN', message: error.message, status: 401, error: 'Invalid token' }
  }
  return { code: 'INTERNAL', message: 'Something went wrong on our side.', status: 500 }
}

/** Starts an edge on a free port of this machine. */
export async function startTransportFixture(changes: Partial<EdgeOptions> = {}): Promise<TransportFixture> {
  const calls = { resolved: 0, live: 0, begun: 0 }
  const reported: unknown[] = []
  const schema = tinySchema(calls)
  const logged: string[] = []
  const edge = await buildEdge({
    timers: systemTimers,
    random: systemRandom,
    schema,
    createContext,
    renewContext: (context) => ({ ...context, renewals: (context as FixtureContext).renewals + 1 }),
    registerRoutes: (app) => {
      app.get('/api/v1/thing', (request) => ({ thing: true, requestId: request.id, ip: request.ip }))
      app.get('/api/v1/broken', () => Promise.reject(new Error('password=hunter2')))
      app.get('/api/v1/slow', async () => {
        calls.begun += 1
        await wait(400)
        return { slow: true }
      })
      app.post('/api/v1/thing', (request) => request.body)
      app.post('/api/v1/large-thing', { bodyLimit: 2 * 1_048_576 }, (request) => request.body)
    },
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    publicUrl: new URL('http://127.0.0.1/'),
    corsOrigins: ['https://app.example.com'],
    introspection: true,
    onError: (error) => {
      reported.push(error)
      return report(error)
    },
    socketTokenExpiry: (context) => (context as FixtureContext).tokenEnds,
    ...changes,
  })
  const { port } = await edge.listen('127.0.0.1', 0)
  return {
    schema,
    edge,
    url: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}/graphql`,
    calls,
    reported,
    logged,
  }
}

/** First level of a GraphQL result, for reading in tests. */
export interface TinyAnswer {
  status: number
  headers: Headers
  text: string
  body: {
    data?: Record<string, unknown> | null
    errors?: { message: string; path?: unknown[]; extensions?: Record<string, unknown> }[]
  }
  code: unknown
}

/** Posts a GraphQL request. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  path = '/graphql',
): Promise<TinyAnswer> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return readAnswer(response)
}

/** Reads a response and the code of its first error. */
export async function readAnswer(response: Response): Promise<TinyAnswer> {
  const text = await response.text()
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as TinyAnswer['body']
  const code = body.errors?.[0]?.extensions?.['code']
  return { status: response.status, headers: response.headers, text, body, code }
}

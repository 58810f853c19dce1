import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyBaseLogger, FastifyInstance, FastifySerializerCompiler, RouteOptions } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { DashboardOptions } from './dashboard/dashboard-routes.js'
import type { DocumentationOptions } from './documentation/documentation-routes.js'
import type { AnswerState } from './graphql/shared-answers.js'
import type { GraphiQLStart } from './graphiql/graphiql-routes.js'
import type { LeadOnPage } from './pages/lead-on.js'
import type { Installation } from './pages/welcome-page.js'
import type { EventStreamServer } from './sse/event-stream-server.js'
import type { Random } from '#services/kernel/random/random.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Limits of one request. */
export interface Limits {
  /** Levels of fields below an operation; introspection is not counted. */
  depth: number
  /** Aliases of an operation, its fragments opened. */
  aliases: number
  /** Fields, each multiplied by the pages and lists above it, declared costs, and items of lists in arguments. */
  cost: number
  /** Lexical tokens of a document. */
  tokens: number
  /** Characters of a document; comments and long strings are few tokens. */
  characters: number
  /** Operations of one batch. */
  batch: number
  /** Bytes of a GraphQL request body. */
  bodyBytes: number
  /** Bytes of large bodies that are in memory at a time. */
  bodiesBytes: number
  /** The share of one sender. */
  senderBodiesBytes: number
  /** Milliseconds for which a large body waits for room, before it is read. */
  bodyWaitMilliseconds: number
  /** The same on a route that admits slow bodies. */
  slowBodyWaitMilliseconds: number
  /** Large bodies that may wait. */
  bodiesWaiting: number
  /** Milliseconds of one operation. */
  operationMilliseconds: number
  /** Items of all lists in one response. */
  responseItems: number
  /** Bytes of the data of one response, approximately. */
  responseBytes: number
  /** Operations that one socket may run at a time. */
  operationsPerSocket: number
  /** Bytes of one message on a socket. */
  socketMessageBytes: number
  /** Milliseconds that a new socket has to say who it is. */
  socketInitMilliseconds: number
  /** Milliseconds between pings. A socket without a pong is closed. */
  socketKeepAliveMilliseconds: number
  /** Milliseconds for the headers of a request to arrive. */
  headersMilliseconds: number
  /** Milliseconds for a body to arrive after its headers. */
  requestMilliseconds: number
  /** The same for a verified sender of a route that admits slow bodies, and for longer at the minimum rate. */
  slowBodyMilliseconds: number
  slowBytesPerSecond: number
  /** Bytes of slow bodies that are in memory at a time. */
  slowBodiesBytes: number
  /** Slow bodies of one sender. A further one ends the oldest. */
  slowBodiesPerSender: number
  /** Slow bodies of all senders at one address. */
  slowBodiesPerAddress: number
}

/** Default limits. Unknown senders that are slow are cut within 20 s: both waits plus one check. */
export const defaultLimits: Limits = {
  depth: 12,
  aliases: 30,
  cost: 5_000,
  tokens: 5_000,
  characters: 100_000,
  batch: 10,
  bodyBytes: 1_048_576,
  bodiesBytes: 67_108_864,
  senderBodiesBytes: 33_554_432,
  bodyWaitMilliseconds: 5_000,
  slowBodyWaitMilliseconds: 60_000,
  bodiesWaiting: 200,
  operationMilliseconds: 15_000,
  responseItems: 25_000,
  responseBytes: 8_388_608,
  operationsPerSocket: 100,
  socketMessageBytes: 65_536,
  socketInitMilliseconds: 3_000,
  socketKeepAliveMilliseconds: 12_000,
  headersMilliseconds: 8_000,
  requestMilliseconds: 10_000,
  slowBodyMilliseconds: 600_000,
  slowBytesPerSecond: 8_000,
  slowBodiesBytes: 134_217_728,
  slowBodiesPerSender: 2,
  slowBodiesPerAddress: 200,
}

/** Documents that clients can request by ID. */
export interface TrustedDocuments {
  /** Text of an ID, for example `sha256:…`. Every text has the ID of its hash. */
  readonly find: (id: string) => string | undefined
  /** True if all other documents are rejected. */
  readonly only: boolean
}

/** Count of a caller's requests in the current window. */
export interface RateCount {
  /** Name of the limit, for example `user`. */
  readonly policy: string
  /** Requests that a window allows. */
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetsInMs: number
}

/** Input for creating a context, before the token is verified. */
export interface ContextInput {
  authorization: string | undefined
  headers: IncomingHttpHeaders
  ip: string
  requestId: string
  transport: 'http' | 'websocket'
  /** Number of operations in the request: more than one in a batch. */
  operations: number
  /** Receives the count that the request was added to, also if it is above the limit. */
  onRateCount: (count: RateCount) => void
}

/** The public part of an error. */
export interface ErrorReport {
  code: string
  message: string
  /** HTTP status at the REST edge and for errors before a GraphQL operation runs. */
  status: number
  /** Short text for `error` in REST bodies; the status's own text when left out. */
  error?: string
  /** Further fields: of a REST body as they are, of a GraphQL error in its `extensions`. */
  fields?: Readonly<Record<string, unknown>>
}

/** Dependencies of the transport. It has no domain logic. */
export interface EdgeOptions {
  schema: GraphQLSchema
  /** Prints the schema for `GET /graphql/schema.graphql`. Default: in the order of its declarations. */
  printSchema?: (schema: GraphQLSchema, isForCustomers: boolean) => string
  /** Makes the context of one operation; may throw what `onError` understands. The edge adds one symbol to the object. */
  createContext: (input: ContextInput) => Promise<object>
  /** Extensions of a response that its operation recorded in the context. Default: there are none. */
  extensionsOf?: (context: object) => Record<string, unknown> | undefined
  /** State on which the answers of fields with the extension `shared` depend. Null if they depend on the caller. Default: always. */
  answerState?: AnswerState
  /** Makes the context of one event of a subscription, with new loaders; the same object when left out. */
  renewContext?: (context: object) => object
  /**
   * Returns the caller of a context, and the name of an event whose result is the same for all contexts of that caller. Null if it is
   * executed for each. Default: always.
   */
  sharedEvent?: (context: object, event: unknown) => { readonly caller: object; readonly name: string } | null
  /** Sees every route when it is declared. */
  onRoute?: (route: RouteOptions) => void
  /** Prints the OpenAPI document for `GET /openapi.json`, at its first request. Default: there is none. */
  printApi?: (hasWebhooks: boolean) => Promise<string>
  /** Serializes responses for which a route declares a schema. Default: `JSON.stringify`. */
  serializer?: FastifySerializerCompiler<z.ZodType>
  /** Registers the REST routes. */
  registerRoutes: (
    app: FastifyInstance,
    isDraining: () => boolean,
    sendEvents: EventStreamServer['sendEvents'],
  ) => void | Promise<void>
  /** Content of the page at `/` and of the pages of `leadOnPages`. Default: there are no such pages. */
  installation?: Installation
  leadOnPages?: readonly LeadOnPage[]
  /** The dashboard. Default: there is none. */
  dashboard?: DashboardOptions
  /** The documentation site. Default: there is none. */
  documentation?: DocumentationOptions
  /** The first content of GraphiQL. Default: an empty tab. */
  graphiql?: GraphiQLStart
  log: FastifyBaseLogger
  timers: Timers
  random: Random
  /** Public URL of this server. Requests can carry its path as a prefix or not. */
  publicUrl: URL
  /** Origins of browsers that may call; each as `https://app.example.com`. */
  corsOrigins: readonly string[]
  introspection: boolean
  /** Returns the text of a schema of which the served one is a part. What a document selects of the rest is left out. Default: there is none. */
  wholeSchema?: (() => string) | undefined
  /** Default: none, and every document is allowed. */
  trustedDocuments?: TrustedDocuments
  /** Plug-ins of Apollo Server that see every GraphQL request over HTTP. */
  apolloPlugins?: readonly ApolloServerPlugin<object>[]
  /** True if the process does background work: it serves only health and metrics. */
  operationsOnly?: boolean
  /** Trusted proxies in addition to those on this machine: addresses and ranges. */
  trustedProxies?: readonly string[]
  /** Requests become spans of traces. */
  traced?: boolean
  /** Called for every response, with the declared route. */
  onResponse?: (answer: { method: string; route: string; status: number; seconds: number }) => void
  limits?: Partial<Limits>
  /** Converts anything thrown to its public part, and logs it. */
  onError: (error: unknown, requestId: string) => ErrorReport
  /** Expiry of the token of a context. Null if it does not expire. */
  socketTokenExpiry: (context: object) => Date | null
  /** Watches the token of a context: whether it is revoked, and whether its end changes. Returns a function that stops it. */
  socketTokenWatch?: (
    context: object,
    changes: { readonly onRevoked: () => void; readonly onEnd: (end: Date | null) => void },
  ) => () => void
}

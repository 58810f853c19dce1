import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import type { GraphiQLStart } from './graphiql/graphiql-routes.js'
import type { LeadOnPage } from './pages/lead-on.js'
import type { Installation } from './pages/welcome-page.js'

/** How much a stranger may ask for at once. */
export interface Limits {
  /** Levels of fields below an operation; introspection is not counted. */
  depth: number
  /** Aliases of an operation, its fragments opened. */
  aliases: number
  /** Fields, each multiplied by the page sizes and lists of ids above it, and items of lists in arguments. */
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
  /** Milliseconds between pings; a socket that misses the answer is cut. */
  socketKeepAliveMilliseconds: number
  /** Milliseconds for the headers of a request to arrive. */
  headersMilliseconds: number
  /** Milliseconds for a whole request to arrive. */
  requestMilliseconds: number
}

/** The limits in force unless told otherwise. Slow senders are cut within 15 s: the longest wait plus one check. */
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
}

/** Who asks, before anybody has looked at the token. */
export interface ContextInput {
  authorization: string | undefined
  headers: IncomingHttpHeaders
  ip: string
  requestId: string
  transport: 'http' | 'websocket'
  /** How many operations come with it: more than one in a batch. */
  operations: number
}

/** What a stranger may know of an error. */
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

/** What the transport needs of the rest of the house. It knows no domain. */
export interface EdgeOptions {
  schema: GraphQLSchema
  /** Makes the context of one operation; may throw what `onError` understands. The edge adds one symbol to the object. */
  createContext: (input: ContextInput) => Promise<object>
  /** Makes the context of one event of a subscription, with new loaders; the same object when left out. */
  renewContext?: (context: object) => object
  /** Registers the REST routes. */
  registerRoutes: (app: FastifyInstance, isDraining: () => boolean) => void | Promise<void>
  /** Content of the page at `/` and of the pages of `leadOnPages`. Default: there are no such pages. */
  installation?: Installation
  leadOnPages?: readonly LeadOnPage[]
  /** The first content of GraphiQL. Default: an empty tab. */
  graphiql?: GraphiQLStart
  log: FastifyBaseLogger
  /** Where clients see this server; its path is a prefix that requests may carry or not. */
  publicUrl: URL
  /** Origins of browsers that may call; each as `https://app.example.com`. */
  corsOrigins: readonly string[]
  introspection: boolean
  /** True for a process that does background work: it tells how it is, and serves nothing else. */
  operationsOnly?: boolean
  /** Proxies beside those on this machine that are believed about who asks: addresses and ranges. */
  trustedProxies?: readonly string[]
  /** Requests become spans of traces. */
  traced?: boolean
  /** Told of every answer, with the route as it is declared. */
  onAnswer?: (answer: { method: string; route: string; status: number; seconds: number }) => void
  limits?: Partial<Limits>
  /** Maps anything thrown to what a stranger may know, and logs it. */
  onError: (error: unknown, requestId: string) => ErrorReport
  /** When the token behind a context ends; null when it does not. */
  socketTokenExpiry: (context: object) => Date | null
  /** Calls `end` when the token behind a context is taken back before that; answers how to stop looking. */
  socketTokenWatch?: (context: object, end: () => void) => () => void
}

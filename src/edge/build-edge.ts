import compress from '@fastify/compress'
import zlib from 'node:zlib'
import cors from '@fastify/cors'
import { printSchema } from 'graphql'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { leavesOutAbsent } from './graphql/absent-selections.js'
import { DocumentResolver } from './graphql/document-resolver.js'
import { DocumentStore } from './graphql/document-store.js'
import { startApollo } from './graphql/apollo.js'
import { limitedSchema } from './graphql/limited-schema.js'
import { Executor } from './graphql/executor.js'
import { Deprecations } from './graphql/deprecations.js'
import { OperationCosts } from './graphql/operation-costs.js'
import { ResultExtensions } from './graphql/result-extensions.js'
import { SharedAnswers } from './graphql/shared-answers.js'
import { SharedResults } from './graphql/shared-results.js'
import { registerGraphQLRoute } from './graphql/graphql-route.js'
import { registerDocuments } from './http/document-routes.js'
import { registerDashboard } from './dashboard/dashboard-routes.js'
import { registerDocumentation } from './documentation/documentation-routes.js'
import { registerGraphiQL } from './graphiql/graphiql-routes.js'
import { registerLeadOnPages } from './pages/lead-on.js'
import { registerWelcome } from './pages/welcome-page.js'
import { clientAddress, trustedProxies, type Trusts } from './http/client-address.js'
import { sendRateLimits } from './http/rate-limit-headers.js'
import { addSecurityHeaders } from './http/security-headers.js'
import { limitBodyTime } from './http/body-time.js'
import { boundBodies } from './http/bound-bodies.js'
import { parseJsonBodies } from './http/json-bodies.js'
import { requestIdFrom } from './http/request-id.js'
import { handleFrameworkError, handleClientError, registerRestErrors } from './http/rest-errors.js'
import { traceRequests } from './http/trace-requests.js'
import { urlRewriter } from './http/rewrite-url.js'
import { defaultLimits, type EdgeOptions, type Limits } from './options.js'
import { drainEdge } from './drain-edge.js'
import { graphqlProtocol } from './websocket/graphql-protocol.js'
import { EventStreamServer } from './sse/event-stream-server.js'
import { SocketServer } from './websocket/socket-server.js'

/**
 * Connections that wait to be accepted. The operating system limits it further (`net.core.somaxconn`). All agents of a
 * process that ended connect at the same moment; a connection that finds no place is tried again after seconds.
 */
const BACKLOG = 65_535

/** The transport, ready to listen. */
export interface Edge {
  /** For tests by `inject`, and for hooks such as `preClose`, which ends long polls. */
  app: FastifyInstance
  /** Begins to serve; port 0 takes a free one. */
  listen: (host: string, port: number) => Promise<{ url: string; port: number }>
  /**
   * Reports "not ready" and keeps serving for the delay while it asks clients to close their connections. Then it
   * accepts no more connections, closes the sockets, finishes running requests, and cuts those that do not finish in
   * time.
   */
  drain: (timeoutMilliseconds: number, delayMilliseconds?: number) => Promise<void>
}

/** Health and metrics routes of a process. */
const operations = /^\/(?:health\/|metrics(?:\?|$))/

/** Slow senders are looked for this often. */
const connectionsCheckMilliseconds = 2_000

/** Origins that the log of a sandbox names at most. */
const MAX_ORIGINS = 100

/** Builds the HTTP and WebSocket transport around a schema and REST routes. */
export async function buildEdge(options: EdgeOptions): Promise<Edge> {
  const limits: Limits = { ...defaultLimits, ...options.limits }
  const rewriteUrl = urlRewriter(options.publicUrl)
  const phase = { draining: false }
  const trusts = trustedProxies(options.trustedProxies)
  const app = createApp(options, limits, rewriteUrl, phase, trusts)
  if (options.onRoute) app.addHook('onRoute', options.onRoute)
  app.setSerializerCompiler(options.serializer ?? (() => JSON.stringify))
  if (options.traced) traceRequests(app)
  if (options.onResponse) recordResponses(app, options.onResponse)
  await registerDefenses(app, options)
  registerRestErrors(app, options)

  const schema = limitedSchema(options.schema)
  const { introspection, log } = options
  const reduce = options.wholeSchema ? leavesOutAbsent(schema, options.wholeSchema) : undefined
  const resolver = new DocumentResolver(options.trustedDocuments)
  const documents = new DocumentStore(schema, limits, introspection, resolver, reduce)
  const costs = new OperationCosts(schema, limits.cost)
  const executor = new Executor(schema, options.timers, options.onError, limits)
  const extensions = new ResultExtensions(costs, new Deprecations(schema), options.timers, options.extensionsOf)
  const { schema: originalSchema, answerState } = options
  const answers = answerState ? new SharedAnswers(originalSchema, answerState) : null
  const plugins = options.apolloPlugins ?? []
  const apollo = await startApollo({
    schema,
    executor,
    costs,
    extensions,
    answers,
    reduce,
    limits,
    introspection,
    plugins,
    log,
  })
  const { timers } = options
  const shared = new SharedResults(timers, options.sharedEvent)
  const parts = { schema, documents, costs, executor, extensions, shared, limits, options }
  const streams = new EventStreamServer({ ...parts, timers })
  registerGraphQLRoute(app, { documents, apollo, executor, limits }, streams, options)
  const { printApi } = options
  registerDocuments(app, {
    printSchema: (isForCustomers) => (options.printSchema ?? printSchema)(options.schema, isForCustomers),
    printApi,
  })
  registerGraphiQL(app, options.graphiql ?? null)
  if (options.dashboard) await registerDashboard(app, options.dashboard)
  if (options.documentation) registerDocumentation(app, options.documentation)
  if (options.installation) {
    registerWelcome(app, options.installation)
    registerLeadOnPages(app, options.installation, options.leadOnPages ?? [])
  }
  await options.registerRoutes(
    app,
    () => phase.draining,
    (...events) => streams.sendEvents(...events),
  )

  const protocol = graphqlProtocol({ ...parts, ipOf: (request) => clientAddress(request, trusts) })
  const sockets = new SocketServer(protocol, options.timers, limits, options.log, rewriteUrl)
  if (!options.operationsOnly) sockets.attach(app.server)

  return {
    app,
    listen: async (host, port) => {
      const url = await app.listen({ host, port, backlog: BACKLOG })
      return { url, port: Number(new URL(url).port) }
    },
    drain: async (timeoutMilliseconds, delayMilliseconds = 0) => {
      phase.draining = true
      if (delayMilliseconds > 0) await options.timers.delay(delayMilliseconds)
      await drainEdge(options.timers, app, sockets, streams, timeoutMilliseconds)
      await apollo.stop()
    },
  }
}

function createApp(
  options: EdgeOptions,
  limits: Limits,
  rewriteUrl: (url: string) => string,
  phase: { draining: boolean },
  trusts: Trusts,
): FastifyInstance {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    // Lines about a request are written with its ID by `onError`, not by a logger for each request.
    childLoggerFactory: (logger) => logger,
    rewriteUrl: (request) => rewriteUrl(request.url ?? '/'),
    requestIdHeader: false,
    genReqId: (request) => requestIdFrom(options.random, request.headers),
    trustProxy: trusts,
    bodyLimit: limits.bodyBytes,
    // A deployment's hash may have 128 characters, and a sealed address has more.
    routerOptions: { maxParamLength: 512 },
    // `limitBodyTime` limits bodies: this limit would be the same for all senders.
    requestTimeout: 0,
    http: {
      headersTimeout: limits.headersMilliseconds,
      connectionsCheckingInterval: connectionsCheckMilliseconds,
      // Other protocols are offers, as HTTP/2 by clients in Java: their requests are answered as if they had none.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    clientErrorHandler: (error, socket) => handleClientError(options, error, socket),
    frameworkErrors: handleFrameworkError,
    // During a drain, a request on an open connection gets a response, and the connection then ends.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    if (options.operationsOnly && !operations.test(request.url)) {
      reply.callNotFound()
      return
    }
    if (phase.draining) reply.header('connection', 'close')
    replaceUnsafeCharacters(request.params)
    done()
  })
  limitBodyTime(app, options.timers, limits, (request) => releaseRoom(request))
  const releaseRoom = boundBodies(app, options.timers, limits)
  parseJsonBodies(app)
  return app
}

/** Replaces path parts that the database cannot store, so that they are not found. */
function replaceUnsafeCharacters(params: unknown): void {
  const parts = params as Record<string, string>
  for (const name in parts) parts[name] = parts[name]!.replaceAll('\0', '\ufffd')
}

/** Unknown routes share one label; otherwise every requested path would be a separate time series. */
function recordResponses(app: FastifyInstance, onResponse: NonNullable<EdgeOptions['onResponse']>): void {
  app.addHook('onResponse', (request, reply, done) => {
    // A stream lasts as long as its client stays; its time says nothing about the server.
    if (reply.getHeader('content-type')?.toString().startsWith('text/event-stream')) return done()
    const route = request.routeOptions.url ?? 'none'
    onResponse({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
    done()
  })
}

/** Warns once of each other site whose pages call, with the settings that would admit it. */
function nameRefusedOrigins(app: FastifyInstance, { corsOrigins, log }: EdgeOptions): void {
  const known = new Set(corsOrigins)
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin, host } = request.headers
    if (origin && !known.has(origin) && known.size < MAX_ORIGINS && !origin.endsWith(`//${host}`)) {
      known.add(origin)
      log.warn({ origin }, 'browsers refuse the responses to pages of this origin: set APP_URL to it, or CORS_ORIGINS')
    }
    done()
  })
}

async function registerDefenses(app: FastifyInstance, options: EdgeOptions): Promise<void> {
  // Registered first, because it must see every route. Small responses are not compressed: that costs more than it
  // saves.
  await app.register(compress, {
    globalDecompression: false, // clients never send compressed bodies, and a decompression bomb is rejected unopened
    encodings: ['br', 'gzip'],
    threshold: 2_048,
    brotliOptions: { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 6 },
  })
  addSecurityHeaders(app, options.publicUrl)
  if (options.installation?.mode === 'sandbox') nameRefusedOrigins(app, options)
  sendRateLimits(app)
  await app.register(cors, {
    origin: [...options.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // The date is the clock that a Retry-After with a time refers to.
    exposedHeaders: 'x-request-id, etag, retry-after, date, ratelimit, ratelimit-policy', // an array would be joined for every response
    maxAge: 600,
  })
}

import { parse, validate } from 'graphql'
import type { FastifyRequest } from 'fastify'
import { actingUser } from './acting-user.js'
import type { AppOptions } from './app-options.js'
import { buildEdge, type Edge } from '../edge/build-edge.js'
import { scopedRoutes } from '../edge/http/scoped-routes.js'
import { dashboardPagesOf, pagesOf, resolversOf, routesOf } from '../modules/compose.js'
import { loadEntities } from '../resolvers/kernel/load-entities.js'
import { withPayment } from '../context/request-payment.js'
import type { RequestContext } from '../context/request-context.js'
import { areAll } from '../modules/installed-modules.js'
import type { Module } from '../modules/module.js'
import { exampleQueries } from './example-queries.js'
import { operationMilliseconds } from './operation-limits.js'
import { installationOf } from './pages.js'
import { ApiDescription } from '../rest/openapi/document.js'
import type { RestHost } from '../rest/rest-context.js'
import { serializeChecked, serializeJson } from '../rest/serialize-response.js'
import { withSchemas } from '../rest/type-provider.js'
import { buildGraphQLSchema } from '../schema/build-schema.js'
import type { Event } from '../schema/kernel/event.type.js'
import { customerPart } from '../schema/audience.js'
import { printSortedSchema, requirementOf } from '../schema/print.js'
import { printedSchema } from '../schema/printed-schema.js'
import { subgraphSchema } from '../schema/subgraph.js'
import { KnownDocuments } from './document-manifest.js'
import { isOperator } from '../services/identity/model/guard.js'
import { watchKey } from '../services/identity/keys/watch-key.js'
import { createProviderMetadataCache } from '../services/identity/open-id/provider-metadata.js'
import { keyUses } from '../services/identity/keys/key-usage-buffer.js'
import { createRequestLimits } from '../services/identity/limits/request-limits.js'
import { createAuthenticate, type AuthenticateOptions } from '../services/identity/authenticate/authenticate.js'
import { dashboardBrandOf } from '../services/catalog/definition/brand.js'
import { TRY_OUT_USER } from '../services/identity/tokens/local-tokens.js'
import { firstAcceptingVerifier, userServiceVerifier } from '../services/identity/user-service/user-service-tokens.js'
import { anonymous, type Caller } from '../services/identity/model/caller.js'
import type { Config } from '../services/kernel/config/config.js'
import type { DashboardSignInConfig } from '../services/kernel/config/dashboard-sign-in.js'
import type { Logger } from '../services/kernel/logger/logger.js'
import type { Timers } from '../services/kernel/time/timers.js'
import { createRequestAuthenticator, type IncomingRequest } from './request-authentication.js'
import { randomSecret } from '../services/kernel/secrets/secret-box.js'
import { reportError } from '../services/kernel/errors/report-error.js'
import { createWebhookReceiver } from '../services/kernel/inbox/receive-webhook.js'

/** The pages of this process, where they are built. */
function dashboardOf(
  { config, log, signSandboxToken, sandboxControl }: AppOptions,
  { timers, catalog }: Pick<RequestContext, 'timers' | 'catalog'>,
  modules: readonly Module[],
) {
  if (!config.dashboardFolder) return {}
  const { business, brand } = catalog.current()
  const settings = {
    mode: config.mode,
    business,
    pages: dashboardPagesOf(modules),
    brand: dashboardBrandOf(brand),
    sandboxSignIn: Boolean(signSandboxToken),
    sandboxControl: Boolean(signSandboxToken && sandboxControl),
    documentation: config.docsFolder !== null,
  }
  return {
    dashboard: {
      folder: config.dashboardFolder,
      publicUrl: config.publicUrl,
      settings,
      createNonce: () => randomSecret(16),
      signToken: signSandboxToken ?? null,
      control: sandboxControl ?? null,
      timers,
      openId: config.dashboardSignIn && openIdOf(config.dashboardSignIn, timers, log),
    },
  }
}

/** Documents of the settings and of the dashboard. */
function trustedDocumentsOf({ trustedDocuments: { manifests, only }, dashboardFolder }: Config, log: Logger) {
  const documents = new KnownDocuments(manifests, dashboardFolder)
  if (only && documents.lacksPages())
    log.warn(
      { folder: dashboardFolder, fix: 'npm run build:dashboard' },
      'documents of the dashboard are missing, its requests are rejected',
    )
  return { find: documents.find, only }
}

/** Sign-in to the dashboard, with the metadata of its provider. */
const openIdOf = ({ issuer, clientId, scope, audience }: DashboardSignInConfig, timers: Timers, log: Logger) => {
  const metadata = createProviderMetadataCache(issuer, timers, log)
  return { clientId, scope, audience, provider: () => metadata.current() }
}

/** Applies the profile that the User Service returns at sign-in. */
function syncOnSignIn(
  modules: readonly Module[],
  system: RequestContext,
): NonNullable<AuthenticateOptions['afterSignIn']> {
  const steps = modules.map(({ afterSignIn }) => afterSignIn(system))
  return async (...signedIn) => {
    for (const step of steps) await step(...signedIn)
  }
}

/** Builds the HTTP layer: GraphQL with its sockets, and all REST routes. */
export async function buildHttp(
  options: AppOptions,
  modules: readonly Module[],
  system: RequestContext,
  contextFor: (caller: Caller, requestId: string, onBehalfOf?: string | null) => RequestContext,
  /** Writes what requests left. */
  finish: () => Promise<void>,
): Promise<Edge> {
  const { config, log } = options
  const { clock, database, notifier, secrets, access, userService, timers, random } = system
  const verifyToken = userService
    ? firstAcceptingVerifier(options.verifyToken, userServiceVerifier(userService, timers))
    : options.verifyToken
  const authenticate = createAuthenticate({
    database,
    clock,
    timers,
    notifier,
    secrets,
    access,
    config,
    verifyToken,
    log,
    ...(userService?.config.ownsEntitlements ? { afterSignIn: syncOnSignIn(modules, system) } : {}),
    ...(options.tokenCacheMs === undefined ? {} : { cacheMs: options.tokenCacheMs }),
  })
  const admit = createRequestAuthenticator(authenticate, createRequestLimits(config.requestRates), system.metrics)
  const incoming = (request: FastifyRequest, authorization: string | undefined): IncomingRequest => ({
    authorization,
    address: request.ip,
    route: request.routeOptions.url ?? 'unknown',
    onRateCount: (count) => (request.rateCount = count),
  })
  const serializer = options.checkResponses ? serializeChecked : serializeJson
  const receiver = createWebhookReceiver(system)
  const api = new ApiDescription(system.declared.events)
  const schema = buildGraphQLSchema(resolversOf(modules))
  const host: RestHost = {
    schema,
    requirementOf,
    offersPayments: system.machinePayments !== undefined,
    contextOf: async (request: FastifyRequest) => {
      const caller = await admit.caller(incoming(request, request.headers.authorization))
      return contextFor(caller, request.id, actingUser(caller, request.headers))
    },
    contextOfToken: async (token, request) =>
      contextFor(await admit.caller(incoming(request, `Bearer ${token}`)), request.id),
    contextAs: (caller, request) => contextFor(caller, request.id),
    anonymousContext: (request) => contextFor(anonymous, request.id),
    limitAgent: (agentId, request) => admit.agent(agentId, incoming(request, undefined)),
  }
  const sign = options.signSandboxToken
  const isServed = (query: string) => validate(schema, parse(query)).length === 0
  return buildEdge({
    schema: subgraphSchema(schema, loadEntities),
    printSchema: (_schema, isForCustomers) => {
      const printed = printSortedSchema(schema)
      return isForCustomers ? customerPart(printed) : printed
    },
    createContext: async ({ authorization, headers, ip, transport, operations: requests, requestId, onRateCount }) => {
      const caller = await admit.caller({ authorization, address: ip, route: '/graphql', requests, onRateCount })
      const context = contextFor(caller, requestId, actingUser(caller, headers))
      return transport === 'http' && requests === 1 ? withPayment(context, headers) : context
    },
    extensionsOf: (context) => {
      const { payment } = context as RequestContext
      return payment?.extension ? { payment: payment.extension } : undefined
    },
    answerState: (context) => (isOperator(context as RequestContext) ? null : system.catalog.current()),
    sharedEvent: (context, event) => {
      const { caller, onBehalfOf } = context as RequestContext
      const { __typename: type, id, cursor } = event as Partial<Event>
      return type === 'Event' && !onBehalfOf ? { caller, name: `${id} ${cursor}` } : null
    },
    renewContext: (context) => {
      const { caller, requestId, onBehalfOf } = context as RequestContext
      return contextFor(caller, requestId, onBehalfOf)
    },
    onRoute: api.add,
    printApi: async (hasWebhooks) => JSON.stringify(await api.document(config.publicUrl, { hasWebhooks })),
    serializer,
    registerRoutes: async (app, isDraining, sendEvents) => {
      app.addHook('preClose', async () => {
        await keyUses.write({ database })
        await finish()
      })
      options.watchRest?.(app, () => api.document(config.publicUrl))
      const parts = { receiver, isDraining, sendEvents, isSandboxUp: options.isSandboxUp ?? null }
      for (const register of routesOf(modules, host, parts))
        await app.register(scopedRoutes('rest', (scope) => register(withSchemas(scope, serializer))))
    },
    log,
    timers,
    random,
    ...(options.apolloPlugins ? { apolloPlugins: options.apolloPlugins } : {}),
    installation: {
      ...installationOf(config, system.catalog.current().brand),
      standIn: modules
        .map(({ standIns }) => standIns(config, () => system.catalog.current()))
        .find((standIn) => standIn !== undefined),
    },
    leadOnPages: pagesOf(modules),
    ...(sign ? { graphiql: { queries: exampleQueries.filter(isServed), token: () => sign(TRY_OUT_USER) } } : {}),
    ...dashboardOf(options, system, modules),
    ...(config.docsFolder
      ? {
          documentation: {
            folder: config.docsFolder,
            publicUrl: config.publicUrl,
            modules: modules.map(({ name }) => name),
          },
        }
      : {}),
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    operationsOnly: config.role === 'worker',
    introspection: config.mode !== 'live',
    wholeSchema: areAll(config.modules) ? undefined : printedSchema,
    trustedDocuments: trustedDocumentsOf(config, log),
    limits: { operationMilliseconds: operationMilliseconds(config) },
    traced: config.otlpEndpoint !== null,
    onResponse: ({ method, route, status, seconds }) =>
      system.metrics.httpRequests.observe({ method, route, status }, seconds),
    onError: (error, requestId) => {
      const report = reportError(log, error, requestId, config.mode === 'sandbox')
      system.metrics.errors.inc({ code: report.code })
      return report
    },
    socketTokenExpiry: (context) => (context as RequestContext).caller.expiresAt,
    socketTokenWatch: (context, changes) => watchKey(context as RequestContext, changes),
  })
}

import type { FastifyRequest } from 'fastify'
import { allMigrations } from '../migrations/all-migrations.js'
import { buildEdge, type Edge } from './edge/build-edge.js'
import { allEntities } from './entities/all-entities.js'
import { allResolvers } from './resolvers/all-resolvers.js'
import { createAccountLoader, createLoaders, forgetLoaded } from './context/loaders.js'
import type { RequestContext } from './context/request-context.js'
import { agentRoutes } from './rest/agents/agent-routes.js'
import { deploymentDoors } from './rest/deployment-doors.js'
import { billingRoutes } from './rest/billing.js'
import { entitlementRoutes } from './rest/entitlements.js'
import { operationRoutes } from './rest/operations.js'
import type { RestHost } from './rest/rest-context.js'
import { returnPage } from './rest/return-page.js'
import { webhookRoutes } from './rest/webhooks.js'
import { buildGraphQLSchema } from './schema/build-schema.js'
import { requireParentAddress } from './services/billing/checkout/return-urls.js'
import { startIntentSweeper } from './services/billing/checkout/sweep-intents.js'
import { billingDue } from './services/billing/due-handlers.js'
import { providerObjectHandler } from './services/billing/inbox/settle-provider-object.js'
import { startChangeSweeper } from './services/billing/subscriptions/changes/sweep-changes.js'
import { createStripeAdapter } from './services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from './services/billing/providers/stripe/stripe-client.js'
import { hasUnlinkedPrices } from './services/billing/catalog-push/load-wanted.js'
import { pushCatalog } from './services/billing/catalog-push/push-catalog.js'
import { endRefundedSubscription } from './services/billing/refunds/end-refunded-subscription.js'
import { startUsageReporter } from './services/billing/usage-reports/report-usage.js'
import { loadCatalog } from './services/catalog/load/load-catalog.js'
import { readCatalogFile } from './services/catalog/load/read-catalog-file.js'
import { openCatalog } from './services/catalog/snapshot/open-catalog.js'
import { createAgentKeyRing } from './services/deployments/agents/agent-keys.js'
import { createAgentTraffic } from './services/deployments/agents/agent-traffic.js'
import { createWaitingRoom } from './services/deployments/commands/waiting-room.js'
import { startHousekeeping } from './services/deployments/housekeeping.js'
import { createOutboundParts } from './services/deployments/outbound-parts.js'
import { lapsePlan } from './services/entitlements/plans/lapse-plan.js'
import { ENTITLEMENTS_SWEEP, sweepAccount } from './services/entitlements/act/sweep-account.js'
import { openEngine } from './services/entitlements/engine/engine.js'
import { endSource, SOURCE_END } from './services/entitlements/sources/end-source.js'
import { PLAN_LAPSE } from './services/entitlements/plans/assign-plan.js'
import { startRateSweeper } from './services/entitlements/rates/sweep-rates.js'
import { loadMarketplace } from './services/marketplace/load/load-marketplace.js'
import { lapseOwnership } from './services/marketplace/ownership/lapse-ownership.js'
import { TEMPLATE_LAPSE } from './services/marketplace/ownership/move-ownership.js'
import { templateFulfilment } from './services/marketplace/ownership/template-fulfilment.js'
import { createAuthenticate } from './services/identity/authenticate/authenticate.js'
import { anonymous, type Caller } from './services/identity/caller.js'
import type { TokenVerifier } from './services/identity/tokens/token-verifier.js'
import { openStoredClock, systemClock } from './services/kernel/clock/business-clock.js'
import type { Config } from './services/kernel/config/config.js'
import { openDatabase, type Database } from './services/kernel/database/database.js'
import { migrate } from './services/kernel/database/migrate.js'
import { startDueRunner } from './services/kernel/due/run-due.js'
import { DUE_TOPIC } from './services/kernel/due/schedule-due.js'
import { reportError } from './services/kernel/errors/report-error.js'
import { recentTopics } from './services/kernel/events/recent-topics.js'
import { startInboxWorker } from './services/kernel/inbox/process-inbox.js'
import { createWebhookReceiver } from './services/kernel/inbox/receive-webhook.js'
import { newId } from './services/kernel/ids/ids.js'
import type { Logger } from './services/kernel/logger/logger.js'
import { startMailSender } from './services/kernel/mail/send-mail.js'
import { createMetrics } from './services/kernel/metrics/metrics.js'
import { openNews } from './services/kernel/news/news.js'
import { startOutboxRelay } from './services/kernel/outbox/relay-outbox.js'
import { createSecretBox } from './services/kernel/secrets/secret-box.js'
import type { SandboxClock } from './services/ops/advance-clock/sandbox-clock.js'
import { startReconciliation } from './services/ops/reconciliation/schedule.js'
import { logNews } from './services/ops/log-news/log-news.js'
import { catchUpBoth } from './services/ops/advance-clock/advance-clock.js'

/** What the outside has prepared: configuration, a database to use, keys, and the sandbox's clock when there is one. */
export interface AppOptions {
  readonly config: Config
  readonly databaseUrl: string
  readonly log: Logger
  /** Checks user tokens; null: none are accepted. */
  readonly verifyToken: TokenVerifier | null
  readonly secretsKeys: readonly string[]
  readonly sandboxClock: SandboxClock | null
  /** Where the business clock of a new sandbox begins. */
  readonly clockStart?: Date
  /** Sees every statement; tests count with it. */
  readonly onStatement?: (text: string) => void
  readonly poolSize?: number
}

export interface App {
  readonly context: RequestContext
  readonly edge: Edge
  listen(): Promise<{ url: string; port: number }>
  /** The sandbox's clock was moved by its own control: ours follows. */
  followClock(to: Date): Promise<void>
  /** Long polls end, leases stay valid, work under way is finished; then nothing of ours is left. */
  close(): Promise<void>
}

/** The composition root: the one place that knows every room, and wires news from the lower ones to the higher. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log } = options
  const definition = readCatalogFile(config.catalog)
  requireParentAddress(config, definition)
  const database = await openDatabase({
    url: options.databaseUrl,
    entities: allEntities,
    migrations: allMigrations,
    poolSize: options.poolSize ?? 20,
    ...(options.onStatement ? { onStatement: options.onStatement } : {}),
  })
  await migrate(database)
  const catalogChanges = await loadCatalog(database, definition)
  await loadMarketplace(database, definition)
  const news = await openNews({ url: options.databaseUrl, database, log, recentTopics: () => recentTopics(database) })
  database.onAnnounce((topics) => news.announce(topics))
  const catalog = await openCatalog({ database, news, log }, () => readCatalogFile(config.catalog))
  const metrics = createMetrics()
  const stripe = config.stripe
    ? createStripeAdapter({
        client: createStripeClient(config.stripe),
        webhookSecrets: config.stripe.webhookSecrets,
        mode: config.mode,
        metrics,
      })
    : null
  const clock =
    config.mode === 'sandbox'
      ? await openStoredClock(database, news, options.clockStart ?? (await options.sandboxClock?.read())?.now)
      : systemClock
  const secrets = createSecretBox(options.secretsKeys)
  const agentTraffic = createAgentTraffic(database)
  const watched = options.onStatement ? { onStatement: options.onStatement } : {}
  const entitlements = openEngine({ database, catalog, clock, news, log }, { url: options.databaseUrl, ...watched })
  const outbound = createOutboundParts({ config, database, secrets, metrics })
  const parts = {
    ...outbound,
    config,
    database,
    clock,
    news,
    log,
    metrics,
    secrets,
    catalog,
    entitlements,
    providers: stripe ? { STRIPE: stripe } : {},
    fulfilments: { TEMPLATE: templateFulfilment },
    agentKeys: createAgentKeyRing({ database, secrets }),
    agentTraffic,
    waitingRoom: createWaitingRoom({ database, news, log, metrics }, agentTraffic),
    sandboxClock: options.sandboxClock,
  }
  const contextFor = (caller: Caller, requestId: string): RequestContext => {
    const accounts = createAccountLoader(database, caller)
    const loaders = createLoaders(parts)
    const afterMutation = () => {
      accounts.clearAll()
      forgetLoaded(loaders)
    }
    return { ...parts, caller, requestId, accounts, loaders, afterMutation }
  }
  const system = contextFor({ ...anonymous }, 'system')
  if (stripe && config.mode === 'sandbox' && (catalogChanges > 0 || (await hasUnlinkedPrices(database, 'STRIPE'))))
    await pushCatalog(system, stripe, catalog.current())

  const workers = config.role === 'api' ? [] : await startWorkers(system)
  if (options.sandboxClock && config.role !== 'api') await catchUpBoth(system)
  const edge = await buildAppEdge(options, database, system, contextFor)

  return {
    context: system,
    edge,
    listen: () =>
      config.role === 'worker' ? Promise.resolve({ url: '', port: 0 }) : edge.listen(config.host, config.port),
    followClock: async (to) => {
      await clock.set(to)
      news.announce([DUE_TOPIC])
    },
    close: async () => {
      await edge.drain(10_000)
      await parts.waitingRoom.close()
      await Promise.all(workers.map((worker) => worker.stop()))
      await entitlements.close()
      await outbound.close()
      await news.close()
      await database.close()
    },
  }
}

/** What runs behind the requests. News of lower domains reaches higher ones here. */
async function startWorkers(system: RequestContext): Promise<{ stop(): Promise<void> }[]> {
  const inContext =
    <Row>(handler: (row: Row, context: RequestContext) => Promise<void>) =>
    (row: Row) =>
      handler(row, { ...system, requestId: newId('evt') })
  return [
    startInboxWorker(system, { STRIPE: providerObjectHandler('STRIPE') }),
    startOutboxRelay(system, {
      '*': [logNews],
      'purchase.refunded': [inContext(endRefundedSubscription)],
      'purchase.charged_back': [inContext(endRefundedSubscription)],
    }),
    startDueRunner(system, {
      ...Object.fromEntries(Object.entries(billingDue).map(([kind, handler]) => [kind, inContext(handler)])),
      [TEMPLATE_LAPSE]: inContext(lapseOwnership),
      [PLAN_LAPSE]: inContext(lapsePlan),
      [SOURCE_END]: inContext(endSource),
      [ENTITLEMENTS_SWEEP]: inContext(sweepAccount),
    }),
    startMailSender(system),
    startIntentSweeper(system),
    startReconciliation(system),
    startChangeSweeper(system),
    startHousekeeping(system),
    startRateSweeper(system),
    await startUsageReporter(system),
  ]
}

async function buildAppEdge(
  options: AppOptions,
  database: Database,
  system: RequestContext,
  contextFor: (caller: Caller, requestId: string) => RequestContext,
): Promise<Edge> {
  const { config, log, verifyToken } = options
  const authenticate = createAuthenticate({ database, clock: system.clock, mode: config.mode, verifyToken })
  const receiver = createWebhookReceiver(database, system.news)
  const host: RestHost = {
    contextOf: async (request: FastifyRequest) =>
      contextFor(await authenticate(request.headers.authorization), request.id),
    contextOfToken: async (token, request) => contextFor(await authenticate(`Bearer ${token}`), request.id),
    contextAs: (caller, request) => contextFor(caller, request.id),
    anonymousContext: (request) => contextFor(anonymous, request.id),
  }
  let draining = false
  return buildEdge({
    schema: buildGraphQLSchema(allResolvers),
    createContext: async ({ authorization, requestId }) => contextFor(await authenticate(authorization), requestId),
    renewContext: (context) => contextFor((context as RequestContext).caller, (context as RequestContext).requestId),
    registerRoutes: async (app) => {
      app.addHook('preClose', async () => {
        draining = true
        await system.waitingRoom.close()
      })
      for (const routes of [
        webhookRoutes(host, receiver),
        agentRoutes(host),
        ...deploymentDoors(host),
        billingRoutes(host),
        entitlementRoutes(host),
        operationRoutes(host, () => draining),
      ])
        await app.register((scope, _options, done) => {
          routes(scope)
          done()
        })
      returnPage(app)
    },
    log,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    introspection: config.mode !== 'live',
    // Moving the sandbox's clock may take its time: everything that falls due is settled on the way.
    ...(config.mode === 'sandbox' ? { limits: { operationMilliseconds: 180_000 } } : {}),
    onError: (error, requestId) => reportError(log, error, requestId),
    socketTokenExpiry: (context) => (context as RequestContext).caller.expiresAt,
  })
}

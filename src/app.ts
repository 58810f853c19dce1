import { type Edge } from './edge/build-edge.js'
import type { RequestContext } from './context/request-context.js'
import { requestScopes } from './context/request-scope.js'
import { requireParentAddress } from './services/billing/checkout/return-urls.js'
import { pushNewPrices } from './services/billing/catalog-push/push-new-prices.js'
import { createComparisonProgress } from './services/billing/usage-comparisons/comparison-progress.js'
import { installedCatalog, reportChoice } from './services/catalog/load/catalog-versions.js'
import { openCatalog } from './services/catalog/snapshot/open-catalog.js'
import { createAgentKeyRing } from './services/deployments/agents/agent-keys.js'
import { createAgentHeartbeats } from './services/deployments/agents/agent-heartbeats.js'
import { createCommandQueue } from './services/deployments/commands/command-queue.js'
import { createReportReader } from './services/deployments/commands/report-reader.js'
import { createLongPollRegistry } from './services/deployments/commands/long-poll-registry.js'
import { createOutboundClients } from './services/deployments/outbound-clients.js'
import { createAccountReader } from './services/identity/accounts/account-reader.js'
import { rolloverPort } from './services/entitlements/credits/write-rollovers.js'
import { createMemberSlots } from './services/entitlements/members/member-allocations.js'
import { openEngine } from './services/entitlements/engine/engine.js'
import { templateFulfillment } from './services/marketplace/ownership/template-fulfillment.js'
import { anonymous } from './services/identity/model/caller.js'
import { openPolicyStore } from './services/identity/access/policy-store.js'
import { createUserService } from './services/identity/user-service/user-service.js'
import { databaseTime, openStoredClock } from './services/kernel/clock/business-clock.js'
import { openMachineClock } from './services/kernel/clock/machine-clock.js'
import { createSources } from './services/kernel/context/sources.js'
import { openDedicatedPool } from './services/kernel/database/dedicated-pool.js'
import { divideConnections } from './services/kernel/database/divide-connections.js'
import { requireUsableServer } from './services/kernel/database/usable-server.js'
import { SCHEDULED_JOB_TOPIC } from './services/kernel/scheduled-jobs/schedule-job.js'
import { soldCurrencies } from './services/catalog/products/sold-currencies.js'
import { createRecentTopics } from './services/kernel/events/recent-topics.js'
import { createMetrics } from './services/kernel/metrics/metrics.js'
import { openNotifier } from './services/kernel/notifier/notifier.js'
import { flushAuditBuffer } from './services/kernel/audit/audit-buffer.js'
import { addSealingKey } from './services/kernel/secrets/known-keys.js'
import { createSecretBox } from './services/kernel/secrets/secret-box.js'
import { catchUpBoth } from './services/ops/advance-clock/advance-clock.js'
import type { AppOptions } from './wiring/app-options.js'
import { createProviders } from './wiring/providers.js'
import { operationLimits } from './wiring/operation-limits.js'
import { isPolledTopic } from './wiring/polled-topics.js'
import { prepareDatabase } from './wiring/prepare-database.js'
import { declaredBy, loaderMakersOf, nodesOf, remedyRulesOf, startWorkers } from './modules/compose.js'
import { installedModules } from './modules/installed-modules.js'
import { buildHttp } from './wiring/build-http.js'

export interface App {
  readonly context: RequestContext
  readonly edge: Edge
  listen(): Promise<{ url: string; port: number }>
  /** The sandbox's clock was moved by its own control: ours follows. */
  followClock(to: Date): Promise<void>
  /** Replaces keys and webhook secrets. Missing ones stay unchanged. */
  useSecrets(next: { secretsKeys?: readonly string[]; stripeWebhookSecrets?: readonly string[] }): void
  /** Ends long polls, keeps leases valid, finishes running work, and closes everything. */
  close(): Promise<void>
}

/** Agents and commands share statements. After this time a request whose row is locked fails alone, and its caller retries. */
const AGENT_LOCK_MS = 1_000

/** The composition root: composes the modules of `src/modules`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log } = options
  const modules = installedModules(config.modules)
  const sources = createSources(options.timers, options.random)
  const { timers, random } = sources
  const traced = config.otlpEndpoint !== null
  const server = await requireUsableServer({
    url: options.databaseUrl,
    timers,
  })
  const shares = divideConnections(config.databaseConnections, server.room)
  const { database, loaded } = await prepareDatabase(
    {
      ...sources,
      url: options.databaseUrl,
      server,
      poolSize: options.poolSize ?? shares.general,
      traced,
      ...(options.onStatement ? { onStatement: options.onStatement } : {}),
    },
    {
      poolerUrl: config.databasePoolerUrl,
      catalog: config.catalog,
      verify: (definition) => requireParentAddress(config, definition),
      secretsKeys: options.secretsKeys,
    },
  )
  reportChoice(log, loaded)
  const notifier = await openNotifier({
    ...sources,
    url: options.databaseUrl,
    database,
    log,
    natsUrl: config.natsUrl,
    natsPrefix: `${server.database}.${server.schema}`,
    isPolled: isPolledTopic,
    recentTopics: createRecentTopics(database),
  })
  database.onAnnounce((topics) => notifier.notify(topics))
  const catalog = await openCatalog({ database, notifier, log, timers }, () =>
    installedCatalog(database, config.catalog),
  )
  const access = await openPolicyStore({ database, notifier, log, timers })
  const metrics = createMetrics()
  const held = { stripeWebhookSecrets: config.stripe?.webhookSecrets ?? [] }
  const callsPerSecond = options.providerCallsPerSecond
  const providers = createProviders({ config, metrics, ...sources, callsPerSecond }, held)
  const machineClock = await openMachineClock(database.pool, log, timers)
  const clock =
    config.mode === 'sandbox'
      ? await openStoredClock(
          database,
          notifier,
          options.clockStart ?? (await options.sandboxClock?.read())?.now ?? machineClock.now(),
        )
      : databaseTime(machineClock)
  const secrets = createSecretBox(options.secretsKeys)
  const watched = options.onStatement ? { onStatement: options.onStatement } : {}
  const hot = await openDedicatedPool({
    ...sources,
    url: options.databaseUrl,
    size: shares.agents,
    name: 'agents',
    lockMs: AGENT_LOCK_MS,
    disableBitmapScans: true,
    traced,
    ...watched,
  })
  const agentHeartbeats = createAgentHeartbeats({ notifier, timers }, hot, () => longPolls.size())
  const longPolls = createLongPollRegistry({ database, notifier, log, metrics, timers }, agentHeartbeats)
  const entitlements = await openEngine(
    {
      database,
      catalog,
      clock,
      timers,
      notifier,
      log,
      onOperation: (act, outcome) => metrics.entitlementActs.inc({ operation: act, outcome }),
    },
    { ...sources, url: options.databaseUrl, size: shares.entitlements, traced, ...watched },
  )
  const userService = config.userService && createUserService(config.userService, config, { metrics, timers })
  const outbound = createOutboundClients({ config, database, secrets, metrics, timers })
  const parts = {
    ...outbound,
    userService,
    access,
    config,
    timers,
    random,
    database,
    clock,
    machineClock,
    notifier,
    log,
    metrics,
    secrets,
    catalog,
    entitlements,
    accountReader: createAccountReader({ sql: database, timers }),
    providers,
    fulfillments: { TEMPLATE: templateFulfillment },
    comparisonProgress: createComparisonProgress({ database, log, timers }),
    memberSlots: createMemberSlots(catalog),
    writeRollovers: rolloverPort(catalog),
    soldCurrencies: () => soldCurrencies(catalog.current()),
    agentKeys: createAgentKeyRing({ database, secrets, timers }),
    agentHeartbeats,
    commandQueue: createCommandQueue({ database, notifier, log, metrics, secrets, timers }, hot),
    longPolls,
    reportReader: createReportReader(timers),
    sandboxClock: options.sandboxClock,
    operationLimits: operationLimits(config),
    declared: declaredBy(modules),
    nodes: nodesOf(modules),
    remedyRules: remedyRulesOf(modules),
    connections: { general: database, agents: hot, entitlements, notifier },
  }
  const contextFor = requestScopes(parts, loaderMakersOf(modules))
  const system = contextFor({ ...anonymous }, 'system')
  if (config.mode === 'sandbox') await pushNewPrices(system, loaded.changes > 0)

  const workers = config.role === 'api' ? [] : await startWorkers(modules, system)
  if (options.sandboxClock && config.role !== 'api') await catchUpBoth(system)
  const listenPort = config.role === 'worker' ? config.metricsPort : config.port
  const edge = await buildHttp(options, modules, system, contextFor)

  return {
    context: system,
    edge,
    listen: () => (listenPort === null ? Promise.resolve({ url: '', port: 0 }) : edge.listen(config.host, listenPort)),
    followClock: async (to) => {
      await clock.set(to)
      notifier.notify([SCHEDULED_JOB_TOPIC])
    },
    useSecrets: ({ secretsKeys, stripeWebhookSecrets }) => {
      if (secretsKeys) {
        secrets.useKeys(secretsKeys)
        void addSealingKey(database, secretsKeys).catch((error: unknown) =>
          log.error({ err: error }, 'the name of the new secrets key was not stored'),
        )
      }
      if (stripeWebhookSecrets) held.stripeWebhookSecrets = stripeWebhookSecrets
    },
    close: async () => {
      const drainMs = config.drainSeconds * 1000
      await Promise.all([parts.longPolls.drain(drainMs), edge.drain(10_000, drainMs)])
      await parts.longPolls.close()
      await Promise.all(workers.map((worker) => worker.stop()))
      await flushAuditBuffer(parts)
      await entitlements.close()
      await parts.reportReader.close()
      await parts.commandQueue.idle()
      await hot.close()
      await outbound.close()
      await userService?.close()
      await notifier.close()
      machineClock.stop()
      await database.close()
    },
  }
}

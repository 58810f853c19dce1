import { type Edge } from './edge/build-edge.js'
import type { RequestContext } from './context/request-context.js'
import type { BaseParts } from './context/module-parts.js'
import { requestScopes, type SharedContext } from './context/request-scope.js'
import { installedCatalog, reportChoice } from './services/catalog/load/catalog-versions.js'
import { openCatalog } from './services/catalog/snapshot/open-catalog.js'
import { createAccountReader } from './services/identity/accounts/account-reader.js'
import { rolloverPort } from './services/entitlements/credits/write-rollovers.js'
import { createMemberSlots } from './services/entitlements/members/member-allocations.js'
import { UPGRADE_PAGE } from './services/entitlements/model/upgrade-page.js'
import { openEngine } from './services/entitlements/engine/engine.js'
import { anonymous } from './services/identity/model/caller.js'
import { openPolicyStore } from './services/identity/access/policy-store.js'
import { createUserService } from './services/identity/user-service/user-service.js'
import { databaseTime, openStoredClock } from './services/kernel/clock/business-clock.js'
import { openMachineClock } from './services/kernel/clock/machine-clock.js'
import { misspelledModuleSettings, readSettings } from './services/kernel/config/module-settings.js'
import { createSources } from './services/kernel/context/sources.js'
import { openDedicatedPool } from './services/kernel/database/dedicated-pool.js'
import { divideConnections } from './services/kernel/database/divide-connections.js'
import { requireUsableServer } from './services/kernel/database/usable-server.js'
import { SCHEDULED_JOB_TOPIC } from './services/kernel/scheduled-jobs/schedule-job.js'
import { soldCurrencies } from './services/catalog/products/sold-currencies.js'
import { createRecentTopics } from './services/kernel/events/recent-topics.js'
import { createMetrics, exportMetrics } from './services/kernel/metrics/metrics.js'
import { openNotifier } from './services/kernel/notifier/notifier.js'
import { flushAuditBuffer } from './services/kernel/audit/audit-buffer.js'
import { addSealingKey } from './services/kernel/secrets/known-keys.js'
import { createSecretBox } from './services/kernel/secrets/secret-box.js'
import type { AppOptions } from './wiring/app-options.js'
import { operationLimits } from './wiring/operation-limits.js'
import { isPolledTopic } from './wiring/polled-topics.js'
import { prepareDatabase } from './wiring/prepare-database.js'
import {
  declaredBy,
  loaderMakersOf,
  nodesOf,
  openParts,
  pagesOf,
  remedyRulesOf,
  schemaOf,
  startWorkers,
} from './modules/compose.js'
import { installedModules, settingsWithoutEffect } from './modules/installed-modules.js'
import { reportModules } from './wiring/report-modules.js'
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

/** The composition root: composes the modules of `src/modules`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log } = options
  const modules = options.modules ?? (await installedModules(config.modules))
  const declared = declaredBy(modules)
  const settings = readSettings(declared.settings, config)
  for (const warning of misspelledModuleSettings(declared.settings, config))
    log.warn({ warning }, 'a setting is misspelled')
  for (const warning of settingsWithoutEffect(modules, config.environment)) log.warn(warning)
  const sources = createSources(options.timers, options.random)
  const { timers, random } = sources
  const traced = config.otlpEndpoint !== null
  const server = await requireUsableServer({
    url: options.databaseUrl,
    timers,
  })
  const shares = divideConnections(config.databaseConnections, server.room)
  const { database, applied, loaded } = await prepareDatabase(
    {
      ...sources,
      ...schemaOf(modules),
      url: options.databaseUrl,
      server,
      poolSize: options.poolSize ?? shares.general,
      traced,
      ...(options.onStatement ? { onStatement: options.onStatement } : {}),
    },
    {
      poolerUrl: config.databasePoolerUrl,
      catalog: config.catalog,
      verify: (definition) => modules.forEach((module) => module.verifyCatalog(config, definition)),
      sections: declared.catalogSections,
      secretsKeys: options.secretsKeys,
    },
  )
  reportChoice(log, loaded)
  await reportModules(log, database, modules, applied)
  const notifier = await openNotifier({
    ...sources,
    url: options.databaseUrl,
    database,
    log,
    natsUrl: config.natsUrl,
    natsPrefix: `${server.database}.${server.schema}`,
    isPolled: (topic) => isPolledTopic(topic) || modules.some((module) => module.isPolled(topic)),
    recentTopics: createRecentTopics(database),
  })
  database.onAnnounce((topics) => notifier.notify(topics))
  const ownPage = pagesOf(modules).find(({ path }) => path === UPGRADE_PAGE)?.path ?? null
  const catalog = await openCatalog({ database, notifier, log, timers }, async () => {
    const definition = await installedCatalog(database, config.catalog)
    return { ...definition, upgradeUrl: definition.upgradeUrl ?? ownPage }
  })
  const access = await openPolicyStore({ database, notifier, log, timers, permissions: declared.permissions })
  const metrics = createMetrics()
  exportMetrics(metrics, new Set(modules.flatMap(({ processMetrics }) => processMetrics)))
  const held = {
    stripeWebhookSecrets: config.stripe?.webhookSecrets ?? [],
    callsPerSecond: options.providerCallsPerSecond,
  }
  const machineClock = await openMachineClock(database.pool, log, timers)
  const clock =
    config.mode === 'sandbox' && modules.some(({ movesClock }) => movesClock)
      ? await openStoredClock(
          database,
          notifier,
          options.clockStart ?? (await options.sandboxClock?.read())?.now ?? machineClock.now(),
        )
      : databaseTime(machineClock)
  const secrets = createSecretBox(options.secretsKeys)
  const watched = options.onStatement ? { onStatement: options.onStatement } : {}
  const openPool: BaseParts['openPool'] = (name, settings) =>
    openDedicatedPool({
      ...sources,
      url: options.databaseUrl,
      size: shares[name],
      name,
      ...settings,
      traced,
      ...watched,
    })
  const base = { catalog, config, database, log, metrics, notifier, random, secrets, settings, timers, openPool }
  const opened = await openParts(modules, base, held)
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
  const parts = {
    userService,
    access,
    config,
    settings,
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
    memberSlots: createMemberSlots(catalog),
    writeRollovers: rolloverPort(catalog),
    soldCurrencies: () => soldCurrencies(catalog.current()),
    sandboxClock: options.sandboxClock,
    operationLimits: operationLimits(config),
    declared,
    nodes: nodesOf(modules),
    remedyRules: remedyRulesOf(modules),
    connections: { general: database, ...opened.connections, entitlements, notifier },
  }
  const shared: SharedContext = { ...parts, ...(opened.parts as unknown as Omit<SharedContext, keyof typeof parts>) }
  const contextFor = requestScopes(shared, loaderMakersOf(modules))
  const system = contextFor({ ...anonymous }, 'system')
  for (const module of modules) await module.start(system, loaded.changes > 0)

  const workers = config.role === 'api' ? [] : await startWorkers(modules, system)
  if (config.role !== 'api') for (const module of modules) await module.started(system)
  const listenPort = config.role === 'worker' ? config.metricsPort : config.port
  const edge = await buildHttp(options, modules, system, contextFor, opened.finish)

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
      await Promise.all([opened.drain(drainMs), edge.drain(10_000, drainMs)])
      await opened.finish()
      await Promise.all(workers.map((worker) => worker.stop()))
      await flushAuditBuffer(parts)
      await entitlements.close()
      await opened.close()
      await userService?.close()
      await notifier.close()
      machineClock.stop()
      await database.close()
    },
  }
}

import type { LeadOnPage } from '../edge/pages/lead-on.js'
import type { Words } from '../edge/pages/words.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import type { EntitySchema } from '@mikro-orm/core'
import type { LoaderMakers } from '../context/loaders.js'
import type { LoadNode, LoadReporter } from '../context/nodes.js'
import type { BaseParts, OpenedParts } from '../context/module-parts.js'
import type { RequestContext } from '../context/request-context.js'
import type { ScheduledJobRow } from '../entities/kernel/scheduled-job.entity.js'
import type { RestHost, SendEvents } from '../rest/rest-context.js'
import type { RestOperation } from '../rest/rest-operation.js'
import type { RestApp } from '../rest/type-provider.js'
import type { InboxHandlers } from '../services/kernel/inbox/process-inbox.js'
import type { Aggregate } from '../services/entitlements/analytics/aggregate.js'
import type { InvariantRule } from '../services/catalog/invariants/invariant-rule.js'
import type { ErasureRule } from '../services/identity/account-data/erasure-rule.js'
import type { MakeReport } from '../services/entitlements/metrics/csv-report.js'
import type { Metric } from '../services/entitlements/metrics/metric.js'
import type { SearchRules } from '../services/ops/search/search-rules.js'
import type { DeletionRule } from '../services/ops/account-data/deletion-rule.js'
import type { ModuleChecks } from '../services/catalog/doctor/run-checks.js'
import type { MetricName } from '../services/kernel/metrics/metrics.js'
import type { ConfiguredRule } from '../services/kernel/retention/retention-rule.js'
import type { SealedColumn } from '../services/kernel/secrets/sealed-column.js'
import type { CatalogDefinition } from '../services/catalog/definition/types.js'
import type { SettingDefinitions } from '../services/kernel/config/module-settings.js'
import type { Config } from '../services/kernel/config/config.js'
import type { CatalogSection } from '../services/catalog/load/catalog-section.js'
import type { AuthenticateOptions } from '../services/identity/authenticate/authenticate.js'
import type { ScopeDefinitions } from '../services/identity/keys/key-scopes.js'
import type { PermissionDefinitions } from '../services/identity/model/permissions.js'
import type { RemedyRules } from '../services/entitlements/remedies/remedy-rules.js'
import type { WebhookReceiver } from '../services/kernel/inbox/receive-webhook.js'
import type { EventDefinitions } from '../services/kernel/outbox/event-data/events.js'
import type { OutboxHandler } from '../services/kernel/outbox/relay-outbox.js'
import type { ProviderSecrets } from '../wiring/providers.js'

/** Dependencies of single routes. */
export interface RouteParts {
  readonly receiver: WebhookReceiver
  readonly isDraining: () => boolean
  readonly sendEvents: SendEvents
  readonly isSandboxUp: (() => boolean) | null
  /** Operations of all modules. */
  readonly operations: readonly RestOperation[]
}

/** Runs until it is stopped. Resolves when its current work is done. */
export interface Worker {
  stop(): Promise<void>
}

/** Handles a row in the context of a request of its own. */
export type InContext = <Row>(
  handler: (row: Row, context: RequestContext) => Promise<void>,
) => (row: Row) => Promise<void>

/** Part of the product that an installation has or does not have. It declares everything that the server runs for it. */
export interface Module {
  readonly name: string
  /** Names of the modules whose services, tables and types it uses. */
  readonly requires: readonly string[]
  /** Tables. */
  readonly entities: readonly EntitySchema[]
  /** Classes of GraphQL resolvers. Those of a higher module add fields to types of a lower one. */
  readonly resolvers: readonly Function[]
  /** Stores its sections of the catalog file, after plans, packages and products. */
  readonly catalogSections: readonly CatalogSection[]
  /** True for topics of its own whose lost notifications a poll covers within seconds. */
  readonly isPolled: (topic: string) => boolean
  /** Applies the profile that the User Service returns at a sign-in. */
  readonly afterSignIn: (system: RequestContext) => NonNullable<AuthenticateOptions['afterSignIn']>
  /** Throws if this server cannot run a catalog. */
  readonly verifyCatalog: (config: Config, definition: CatalogDefinition) => void
  /** Opens members of all contexts. */
  readonly parts: (base: BaseParts, secrets: ProviderSecrets) => OpenedParts | Promise<OpenedParts>
  /** True if it moves the business clock of a sandbox, which otherwise shows the time of the database. */
  readonly movesClock: boolean
  /** Work before the workers start. */
  readonly start: (system: RequestContext, catalogChanged: boolean) => Promise<void>
  /** Work after the workers have started. */
  readonly started: (system: RequestContext) => Promise<void>
  /** Makers of loaders of requests, by name. */
  readonly loaders: Partial<LoaderMakers>
  /** Loaders of objects, by the prefix of their IDs. Modules that share a prefix are asked in turn. */
  readonly nodes: Readonly<Record<string, LoadNode>>
  /** Loaders of objects whose IDs have no prefix of a module. */
  readonly otherNodes: readonly LoadNode[]
  /** Loaders of objects that a federation gateway knows by another key than the ID, by type and field: `Deployment.hash`. */
  readonly nodesByKey: Readonly<Record<string, LoadNode>>
  /** Names of the services that report events about objects, by the prefix of their IDs. */
  readonly reporters: Readonly<Record<string, LoadReporter>>
  /** Rules about steps that lift denials. */
  readonly remedies: Partial<RemedyRules<RequestContext>>
  /** Operations that REST and the clients share with GraphQL. Each sends a document of the client package. */
  readonly operations: readonly RestOperation[]
  /** REST routes. Each group is registered in its own scope. */
  readonly routes: (host: RestHost, parts: RouteParts) => ((app: RestApp) => void)[]
  /** Permissions by name, with the callers that have each. */
  readonly permissions: PermissionDefinitions
  /** Scopes of keys, by name. */
  readonly scopes: ScopeDefinitions
  /** Settings of the installation, by name. */
  readonly settings: SettingDefinitions
  /** Data of its events, by type. */
  readonly events: EventDefinitions
  /** Handlers of events of the outbox by type; those of `*` receive every event. */
  readonly on: (system: RequestContext, inContext: InContext) => Readonly<Record<string, readonly OutboxHandler[]>>
  /** Handlers of scheduled jobs on the business clock, by kind. */
  readonly jobs: Readonly<Record<string, (due: ScheduledJobRow, context: RequestContext) => Promise<void>>>
  /** Work before the handlers of scheduled jobs, also of lower modules, by kind. Its error delays the job. */
  readonly beforeJobs: Module['jobs']
  /** Handlers of objects of the inbox, by provider. */
  readonly inbox: InboxHandlers
  /** Pages that replace those of the application in a sandbox. Undefined in other modes. */
  readonly standIns: (config: Config, catalog: () => CatalogSnapshot) => ((url: string) => Words | null) | undefined
  /** Pages that providers, mails and denials link to. */
  readonly pages: readonly LeadOnPage[]
  /** Pages of the dashboard by the module that they need as well. The name of the module itself: no other. */
  readonly dashboardPages: Readonly<Record<string, readonly string[]>>
  /** Pages of `docs/` that are about the module. */
  readonly documentation: readonly string[]
  /** Rules that always hold for the stored data, in the order in which they are shown. */
  readonly invariants: readonly InvariantRule[]
  /** Erasure policy of its tables with an account, in an order in which rows can be deleted. */
  readonly erasure: readonly ErasureRule[]
  /** Rules about the deletion of accounts. */
  readonly deletion: readonly DeletionRule[]
  /** Data with limited retention. */
  readonly retention: readonly ConfiguredRule[]
  /** Daily figures about its objects. */
  readonly aggregates: readonly Aggregate[]
  /** Selections that find objects for operators by a text. A value of the enum `SearchType` describes each. */
  readonly search: SearchRules
  /** Figures by name. A value of the enum `Metric` describes each. */
  readonly metrics: Readonly<Record<string, Metric>>
  /** Reports for operators, by the names of their files. */
  readonly reports: Readonly<Record<string, MakeReport>>
  /** Checks of the doctor. */
  readonly checks: Partial<ModuleChecks>
  /** Metrics of its processes at `/metrics`. */
  readonly processMetrics: readonly MetricName[]
  /** Columns that hold sealed secrets. */
  readonly sealed: readonly SealedColumn[]
  /** Starts its workers. The kernel starts those of the queues. */
  readonly workers: (system: RequestContext) => readonly (Worker | Promise<Worker>)[]
}

/** Completes a module with the defaults of what it does not declare. */
export const defineModule = (module: Pick<Module, 'name' | 'requires'> & Partial<Module>): Module => ({
  entities: [],
  resolvers: [],
  verifyCatalog: () => {},
  parts: () => ({ parts: {} }),
  movesClock: false,
  start: () => Promise.resolve(),
  started: () => Promise.resolve(),
  loaders: {},
  nodes: {},
  otherNodes: [],
  nodesByKey: {},
  reporters: {},
  remedies: {},
  operations: [],
  routes: () => [],
  permissions: {},
  scopes: {},
  settings: {},
  events: {},
  on: () => ({}),
  jobs: {},
  beforeJobs: {},
  catalogSections: [],
  isPolled: () => false,
  afterSignIn: () => () => Promise.resolve(),
  inbox: {},
  pages: [],
  dashboardPages: {},
  documentation: [],
  standIns: () => undefined,
  invariants: [],
  erasure: [],
  deletion: [],
  retention: [],
  aggregates: [],
  search: {},
  metrics: {},
  reports: {},
  checks: {},
  processMetrics: [],
  sealed: [],
  workers: () => [],
  ...module,
})

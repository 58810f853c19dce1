import type { NonEmptyArray } from 'type-graphql'
import { allMigrations } from '#migrations/all-migrations.js'
import type { RequestContext } from '../context/request-context.js'
import type { LoaderMakers } from '../context/loaders.js'
import type { BaseParts, OpenedParts } from '../context/module-parts.js'
import type { LoadNode, Nodes } from '../context/nodes.js'
import { withRequestId } from '../context/request-scope.js'
import type { RestHost } from '../rest/rest-context.js'
import type { RestOperation } from '../rest/rest-operation.js'
import { buildGraphQLSchema } from '../schema/build-schema.js'
import type { WithRemedyRules } from '../services/entitlements/remedies/remedy-rules.js'
import { Invariants } from '../services/catalog/invariants/check-invariants.js'
import type { Declared } from '../services/kernel/context/declared.js'
import { startInboxWorker } from '../services/kernel/inbox/process-inbox.js'
import { startOutboxRelay, type OutboxHandler } from '../services/kernel/outbox/relay-outbox.js'
import { startJobRunner } from '../services/kernel/scheduled-jobs/run-scheduled-jobs.js'
import type { ProviderSecrets } from '../wiring/providers.js'
import type { InContext, Module, RouteParts, Worker } from './module.js'

/** A list of modules, made once for each set of them. */
function shared<List>(made: Map<string, List>, modules: readonly Module[], make: () => List): List {
  const names = modules.map(({ name }) => name).join()
  const list = made.get(names) ?? make()
  made.set(names, list)
  return list
}

const operations = new Map<string, readonly RestOperation[]>()

/**
 * Operations that REST and the clients share with GraphQL. Those of higher modules come first, as in the published clients. Servers of a
 * process with the same modules share the list, and so what is compiled of it.
 */
export const operationsOf = (modules: readonly Module[]): readonly RestOperation[] =>
  shared(operations, modules, () => modules.toReversed().flatMap((module) => module.operations))

/** Merges members that are records. A key that two modules declare is an error: one of them would never run. */
function merged<Value>(records: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  const all: Record<string, Value> = {}
  for (const [key, value] of records.flatMap((record) => Object.entries(record))) {
    if (Object.hasOwn(all, key)) throw new Error(`two modules declare '${key}'`)
    all[key] = value
  }
  return all
}

/** Joins members that are records of lists. */
function joined<Item>(records: readonly Readonly<Record<string, readonly Item[]>>[]): Record<string, Item[]> {
  const all: Record<string, Item[]> = {}
  for (const [key, items] of records.flatMap((record) => Object.entries(record))) (all[key] ??= []).push(...items)
  return all
}

/** Opens the parts of all modules, in their order, and ends them in the same order. */
export async function openParts(modules: readonly Module[], base: BaseParts, secrets: ProviderSecrets) {
  const opened: OpenedParts[] = []
  for (const module of modules) opened.push(await module.parts(base, secrets))
  const inTurn = async (end: 'finish' | 'close'): Promise<void> => {
    for (const one of opened) await one[end]?.()
  }
  return {
    parts: merged<unknown>(opened.map(({ parts }) => parts as Record<string, unknown>)),
    connections: merged(opened.map(({ connections }) => connections ?? {})),
    drain: async (ms: number): Promise<void> => {
      await Promise.all(opened.map((one) => one.drain?.(ms) ?? Promise.resolve()))
    },
    finish: () => inTurn('finish'),
    close: () => inTurn('close'),
  }
}

const resolvers = new Map<string, NonEmptyArray<Function>>()

/** Resolvers of modules. Servers of a process with the same modules share the list, and so the schema. */
export const resolversOf = (modules: readonly Module[]): NonEmptyArray<Function> =>
  shared(resolvers, modules, () => modules.flatMap((module) => module.resolvers) as NonEmptyArray<Function>)

/** Makers of the loaders of all modules. */
export const loaderMakersOf = (modules: readonly Module[]): LoaderMakers =>
  merged<unknown>(modules.map(({ loaders }) => loaders)) as unknown as LoaderMakers

/** Loaders of the objects of all modules. */
export function nodesOf(modules: readonly Module[]): Nodes {
  const byPrefix = new Map<string, LoadNode[]>()
  for (const [prefix, load] of modules.flatMap(({ nodes }) => Object.entries(nodes)))
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), load])
  return {
    byPrefix,
    others: modules.flatMap(({ otherNodes }) => otherNodes),
    reporters: new Map(Object.entries(merged(modules.map(({ reporters }) => reporters)))),
    byKey: new Map(Object.entries(merged(modules.map(({ nodesByKey }) => nodesByKey)))),
  }
}

/** Rules of all modules about steps that lift denials. */
export const remedyRulesOf = (modules: readonly Module[]): WithRemedyRules<RequestContext>['remedyRules'] => ({
  mutations: new Set(Object.keys(buildGraphQLSchema(resolversOf(modules)).getMutationType()!.getFields())),
  decisions: merged(modules.map(({ remedies }) => remedies.decisions ?? {})),
  completions: merged(modules.map(({ remedies }) => remedies.completions ?? {})),
  explanations: modules.flatMap(({ remedies }) => remedies.explanations ?? []),
  fields: merged(modules.map(({ remedies }) => remedies.fields ?? {})),
})

const tables = new Map<string, ReadonlySet<string>>()

/** Migrations and tables of modules. */
export const schemaOf = (modules: readonly Module[]) => ({
  migrations: allMigrations.filter(({ module }) => modules.some(({ name }) => name === module)),
  tables: shared(
    tables,
    modules,
    () => new Set(modules.flatMap(({ entities }) => entities.map(({ meta }) => meta.tableName))),
  ),
})

/** Lists of all modules that services run. */
export function declaredBy(modules: readonly Module[]): Declared {
  // Rows of a higher module refer to those of a lower one.
  const erasure = modules.toReversed().flatMap((module) => module.erasure)
  return {
    erasure,
    invariants: new Invariants(
      modules.flatMap(({ invariants }) => invariants),
      new Set(erasure.map(({ table }) => table)),
    ),
    aggregates: modules.flatMap(({ aggregates }) => aggregates),
    catalogSections: modules.flatMap(({ catalogSections }) => catalogSections),
    permissions: modules.map(({ permissions }) => permissions),
    scopes: merged(modules.map(({ scopes }) => scopes)),
    settings: merged(modules.map(({ settings }) => settings)),
    events: merged(modules.map(({ events }) => events)),
    search: joined(modules.map(({ search }) => search)),
    deletion: modules.flatMap(({ deletion }) => deletion),
    metrics: merged(modules.map(({ metrics }) => metrics)),
    reports: merged(modules.map(({ reports }) => reports)),
    tables: schemaOf(modules).tables,
    handled: {
      inbox: modules.flatMap(({ inbox }) => Object.keys(inbox)),
      outbox: modules.flatMap(({ events }) => Object.keys(events)),
      scheduled_job: modules.flatMap(({ jobs }) => Object.keys(jobs)),
    },
    retention: modules.flatMap(({ retention }) => retention),
    sealed: modules.flatMap(({ sealed }) => sealed),
  }
}

/** Pages of all modules that providers, mails and denials link to. */
export const pagesOf = (modules: readonly Module[]) => modules.flatMap(({ pages }) => pages)

/** Pattern of the pages of the dashboard that modules have. */
export const dashboardPagesOf = (modules: readonly Module[]): string =>
  `^(?:${modules
    .flatMap(({ dashboardPages }) => Object.entries(dashboardPages))
    .flatMap(([needed, pages]) => (modules.some(({ name }) => name === needed) ? pages : []))
    .map((page) => page.replaceAll(/\$\w+/g, '[^/]+').replace(/^\/$/, ''))
    .join('|')})/?(?:[?#]|$)`

/** REST routes of all modules. */
export function routesOf(modules: readonly Module[], host: RestHost, parts: Omit<RouteParts, 'operations'>) {
  return modules.flatMap(({ routes }) => routes(host, { ...parts, operations: operationsOf(modules) }))
}

/** Handlers of events of all modules. Those of a lower module come first. */
function eventHandlers(modules: readonly Module[], system: RequestContext, inContext: InContext) {
  return joined<OutboxHandler>(modules.map(({ on }) => on(system, inContext)))
}

/** Starts the workers of the modules, and the queues that run their handlers. */
export async function startWorkers(modules: readonly Module[], system: RequestContext): Promise<Worker[]> {
  const inContext: InContext = (handler) => (row) => handler(row, withRequestId(system, system.database.newId('evt')))
  const jobs = merged(modules.map((module) => module.jobs))
  const before = merged(modules.map((module) => module.beforeJobs))
  const withWorkBefore =
    (kind: string, handler: Module['jobs'][string]): Module['jobs'][string] =>
    async (due, context) => {
      await before[kind]?.(due, context)
      await handler(due, context)
    }
  const workers: Worker[] = [
    startInboxWorker(system, merged(modules.map(({ inbox }) => inbox))),
    startOutboxRelay(system, eventHandlers(modules, system, inContext), system.declared.handled.outbox),
    startJobRunner(
      system,
      Object.fromEntries(
        Object.entries(jobs).map(([kind, handler]) => [kind, inContext(withWorkBefore(kind, handler))]),
      ),
    ),
  ]
  for (const module of modules) for (const worker of module.workers(system)) workers.push(await worker)
  return workers
}

import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode } from 'graphql'
import { pino } from 'pino'
import type { RequestContext } from '#context/request-context.js'
import { buildEdge } from '#edge/build-edge.js'
import { checkQueryLimits } from '#edge/graphql/query-limits.js'
import { defaultLimits } from '#edge/options.js'
import { allResolvers } from '#resolvers/all-resolvers.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { reportError } from '#services/kernel/errors/report-error.js'
import { systemRandom } from '#services/kernel/random/system-random.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { ExecutionComparison } from './compare-execution.js'
import { echoSchema } from './echo-schema.js'
import { MarketplaceClient, VALID_COMPOSE_FILE } from './marketplace-client.js'
import { RandomOperations } from './random-operations.js'
import { screenData } from './screens.js'
import { createSeededRandom } from './seeded-random.js'
import { startTestServer, type TestServer } from './test-server.js'
import { CREATE_ENDPOINT } from './webhook-endpoints.js'

/** Enough to see what is wrong. */
const MAX_DIFFERENCES = 3
const silent = pino({ level: 'silent' })

const isAllowed = (document: DocumentNode): boolean => !checkQueryLimits(document, defaultLimits)

/** Executes random operations of every kind on a schema whose resolvers return what they receive. */
export async function compareEchoes(count: number, seed: number): Promise<ExecutionComparison> {
  const random = createSeededRandom(seed)
  const schema = echoSchema(buildGraphQLSchema(allResolvers))
  const onError = () => ({ code: 'INTERNAL', message: 'Something went wrong.', status: 500 })
  const edge = await buildEdge({
    timers: systemTimers,
    random: systemRandom,
    schema,
    createContext: () => Promise.resolve({}),
    registerRoutes: () => undefined,
    log: silent,
    publicUrl: new URL('http://127.0.0.1/'),
    corsOrigins: [],
    introspection: true,
    onError,
    socketTokenExpiry: () => null,
    limits: { cost: 1e12 },
  })
  const { url } = await edge.listen('127.0.0.1', 0)
  const comparison = new ExecutionComparison(random, { url, schema, context: () => ({}), onError })
  const operations = new RandomOperations(schema, random, { isAllowed })
  for (let at = 0; at < count && comparison.differences.length < MAX_DIFFERENCES; at++) {
    const drawn = random.next()
    await comparison.compare(operations.make(drawn < 0.55 ? 'query' : drawn < 0.9 ? 'mutation' : 'subscription'))
  }
  await comparison.close()
  await edge.drain(1_000)
  return comparison
}

/** Fields whose results callers share. */
const SHARED = [{ field: 'plans' }, { field: 'plan' }, { field: 'features' }]

/** The server whose operations are compared, and its callers. */
export class ComparedServer {
  private constructor(
    readonly server: TestServer,
    private readonly vendor: MarketplaceClient,
    private readonly callers: readonly { readonly token: string | undefined; readonly context: () => object }[],
    private readonly samples: Readonly<Record<string, readonly unknown[]>>,
  ) {}

  static async start(): Promise<ComparedServer> {
    let latest: object = {}
    const recorder: ApolloServerPlugin<object> = {
      requestDidStart: ({ contextValue }) => Promise.resolve(void (latest = contextValue)),
    }
    const server = await startTestServer({
      env: { RATE_LIMIT_USER: '100000000', RATE_LIMIT_ANONYMOUS: '100000000' },
      app: { apolloPlugins: [recorder] },
    })
    const data = await screenData(server)
    // A vendor who also has webhook endpoints.
    const vera = await server.token('vera@example.com', { roles: ['user', 'vendor'] })
    const callers = []
    for (const token of [undefined, data.owner.token, vera, data.operator]) {
      await server.graphql('{ __typename }', {}, token)
      const { caller, constructor: Scope } = latest as RequestContext & {
        constructor: new (...all: unknown[]) => object
      }
      callers.push({ token, context: () => new Scope(caller, 'reference') })
    }
    const { owner, served, vendorId, templateSlug: slug, logs } = data
    const ids = [owner.accountId, owner.userId, vendorId, served.id, logs, 'unknown']
    return new ComparedServer(server, new MarketplaceClient(server, vera), callers, {
      id: ids,
      ids,
      accountId: [owner.accountId, 'unknown'],
      vendorId: [vendorId],
      slug: [slug, 'static-site'],
      hash: [served.hash],
      deploymentHash: [served.hash],
      commandId: [logs],
      code: ['plus', 'deployments', 'plus_monthly', 'unknown'],
      plan: ['plus', 'unknown'],
      feature: ['deployments', 'unknown'],
      features: ['deployments'],
      first: [0, 1, 2, 3],
      last: [1, 2],
    })
  }

  /** Executes random queries of several callers. */
  async compareQueries(count: number, seed: number): Promise<ExecutionComparison[]> {
    const random = createSeededRandom(seed)
    const schema = buildGraphQLSchema(allResolvers)
    const operations = new RandomOperations(schema, random, { isAllowed, samples: this.samples })
    const onError = (error: unknown) => reportError(silent, error, 'reference')
    const { url } = this.server
    const comparisons = this.callers.map(
      (caller) => new ExecutionComparison(random, { ...caller, url, schema, onError }),
    )
    for (let at = 0; at < count && comparisons.every(({ differences }) => differences.length < MAX_DIFFERENCES); at++)
      await comparisons[at % comparisons.length]!.compare(
        operations.make('query', at % 5 === 0 ? SHARED[at % 3] : undefined),
      )
    await Promise.all(comparisons.map((comparison) => comparison.close()))
    return comparisons
  }

  /** Changes a template and a webhook endpoint by random mutations, and twins of them by graphql-js. */
  async compareChanges(count: number, seed: number): Promise<ExecutionComparison> {
    const random = createSeededRandom(seed)
    const schema = buildGraphQLSchema(allResolvers)
    const onError = (error: unknown) => reportError(silent, error, 'reference')
    const { server, vendor } = this
    const caller = this.callers.find(({ token }) => token === vendor.token)!
    const comparison = new ExecutionComparison(random, { ...caller, url: server.url, schema, onError })
    const twins = [await this.changeable('one'), await this.changeable('two')] as const
    const toTwin = (text: string): string =>
      text
        .replaceAll(twins[0].templateId, twins[1].templateId)
        .replaceAll(twins[0].webhookEndpointId, twins[1].webhookEndpointId)
        .replaceAll('key-', 'twin-')
    const operations = new RandomOperations(schema, random, {
      isAllowed,
      samples: { ...CHANGES, ...samplesOf(twins[0]) },
    })
    for (let at = 0; at < count && comparison.differences.length < MAX_DIFFERENCES; at++) {
      const operation = operations.make('mutation', CHANGED[at % CHANGED.length]!)
      for (let use = 1; use <= 4; use++) await comparison.compareUse(operation, operation.variables(), use, toTwin)
    }
    await comparison.close()
    return comparison
  }

  private async changeable(name: string) {
    const { id: templateId } = await this.vendor.create({ name: 'Twin', slug: `twin-${name}` })
    const input = { url: 'https://hooks.example.com/twin', types: ['webhook.test'], idempotencyKey: `create-${name}` }
    const { data } = await this.server.graphql<{ createWebhookEndpoint: { endpoint: { id: string } } }>(
      CREATE_ENDPOINT,
      { input },
      this.vendor.token,
    )
    return { templateId, webhookEndpointId: data.createWebhookEndpoint.endpoint.id }
  }
}

/** Fields that have the same values in twins. */
const CHANGED = [
  {
    field: 'updateTemplate',
    selection: `{ __typename ... on Template { name shortDescription longDescription tags techStack icon infrastructureRequirements
      requiredPlanCode links { label url } pictures stack freeForever category { code } definition version }
      ... on Refused { code message field issues { path code } } }`,
  },
  {
    field: 'updateWebhookEndpoint',
    selection: `{ __typename ... on WebhookEndpoint { description types url enabled } ... on Refused { code message field } }`,
  },
]

/** Values that are mostly accepted. */
const CHANGES: Readonly<Record<string, readonly unknown[]>> = {
  idempotencyKey: Array.from({ length: 10_000 }, (_, number) => `key-${number}`),
  name: ['Twin', 'Other Twin'],
  category: ['cms', 'unknown'],
  icon: ['https://example.com/a.png', 'https://example.com/b.png'],
  pictures: ['https://example.com/c.png'],
  url: ['https://hooks.example.com/twin', 'https://hooks.example.com/other'],
  requiredPlanCode: ['plus'],
  stack: ['custom'],
  definition: [VALID_COMPOSE_FILE],
  infrastructureRequirements: [{ cpu_cores: 1, memory_mb: 512, disk_gb: 5 }],
  techStack: [{ language: 'PHP' }, { language: 'Go' }],
  types: ['webhook.test', '*'],
  tags: ['one', 'two', 'three'],
  freeForever: [false],
}

const samplesOf = (changed: Readonly<Record<string, string>>): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, [value]]))

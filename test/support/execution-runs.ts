import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode } from 'graphql'
import { pino } from 'pino'
import type { RequestContext } from '#context/request-context.js'
import { buildEdge } from '#edge/build-edge.js'
import { checkQueryLimits } from '#edge/graphql/query-limits.js'
import { defaultLimits } from '#edge/options.js'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { reportError } from '#services/kernel/errors/report-error.js'
import { systemRandom } from '#services/kernel/random/system-random.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { ExecutionComparison } from './compare-execution.js'
import { echoSchema } from './echo-schema.js'
import { RandomOperations } from './random-operations.js'
import { screenData } from './screens.js'
import { createSeededRandom } from './seeded-random.js'
import { startTestServer, type TestServer } from './test-server.js'

/** Differences after which a run ends. */
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
    const callers = []
    for (const token of [undefined, data.owner.token, data.vendor.token!, data.operator]) {
      await server.graphql('{ __typename }', {}, token)
      const { caller, constructor: Scope } = latest as RequestContext & {
        constructor: new (...all: unknown[]) => object
      }
      callers.push({ token, context: () => new Scope(caller, 'reference') })
    }
    const { owner, served, vendorId, templateSlug: slug, logs } = data
    const ids = [owner.accountId, owner.userId, vendorId, served.id, logs, 'unknown']
    return new ComparedServer(server, callers, {
      id: ids,
      ids,
      accountId: [owner.accountId, 'unknown'],
      vendorId: [vendorId],
      slug: [slug, 'static-site'],
      hash: [served.hash],
      deploymentId: [served.id, served.hash],
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
}

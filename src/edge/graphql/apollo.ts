import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import type { FastifyBaseLogger } from 'fastify'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { Admissions } from './admission.js'
import type { Executor } from './executor.js'
import { factsOf } from './operation-context.js'

/**
 * Apollo Server as the engine behind HTTP: its documents come from our admissions (so it neither parses nor hashes what is
 * known), its execution from our executor, and every plugin that would work on each request is left out.
 */
export async function startApollo(
  schema: GraphQLSchema,
  admissions: Admissions,
  executor: Executor,
  log: FastifyBaseLogger,
): Promise<ApolloServer> {
  const apollo = new ApolloServer({
    gateway: gatewayTo(schema, executor),
    documentStore: documentsOf(admissions),
    persistedQueries: { cache: textsOf(admissions) },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    introspection: true,
    logger: log,
  })
  await apollo.start()
  return apollo
}

type Gateway = ApolloServerOptionsWithGateway<object>['gateway']
type GatewayExecutor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>

function gatewayTo(schema: GraphQLSchema, executor: Executor): Gateway {
  const run: GatewayExecutor = async (request) => {
    const { document, requestId } = factsOf(request.context)
    const { operationName, variables } = request.request
    return executor.run({ document, operationName, variables: variables ?? {}, context: request.context, requestId })
  }
  return {
    load: () => Promise.resolve({ executor: run }),
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => undefined
    },
    stop: () => Promise.resolve(),
  }
}

const hashLength = 64

/** Apollo prefixes its keys; the hash is always their end. */
function hashIn(key: string): string {
  return key.slice(-hashLength)
}

function documentsOf(admissions: Admissions) {
  return {
    get: (key: string): Promise<DocumentNode | undefined> => Promise.resolve(admissions.find(hashIn(key))?.document),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(true),
  }
}

function textsOf(admissions: Admissions) {
  return {
    get: (key: string): Promise<string | undefined> => Promise.resolve(admissions.find(hashIn(key))?.source),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(true),
  }
}

import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import type { FastifyBaseLogger } from 'fastify'
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { Limits } from '../options.js'
import { edgeError } from './edge-error.js'
import type { Executor } from './executor.js'
import { metadataOf } from './operation-metadata.js'
import type { ResultExtensions } from './result-extensions.js'
import { operationLimits } from './operation-limits.js'
import type { OperationCosts } from './operation-costs.js'

/** Dependencies of Apollo Server. */
export interface ApolloDependencies {
  readonly schema: GraphQLSchema
  readonly executor: Executor
  readonly costs: OperationCosts
  readonly extensions: ResultExtensions
  readonly limits: Limits
  readonly introspection: boolean
  /** Plug-ins of the installation, in addition to ours. */
  readonly plugins: readonly ApolloServerPlugin<object>[]
  readonly log: FastifyBaseLogger
}

type Gateway = NonNullable<ApolloServerOptions<object>['gateway']>

/**
 * Starts the Apollo Server that runs every GraphQL operation over HTTP: it parses, validates, calls the plug-ins and has our executor
 * execute. The executor is attached as a gateway, which is the extension point for executors other than graphql-js.
 */
export async function startApollo({
  schema,
  executor,
  costs,
  extensions,
  limits,
  introspection,
  plugins,
  log,
}: ApolloDependencies): Promise<ApolloServer<object>> {
  const apollo = new ApolloServer<object>({
    gateway: gatewayOf(schema, executor),
    parseOptions: { maxTokens: limits.tokens },
    validationOptions: { maxErrors: 50 },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      operationLimits(costs, extensions),
      ...plugins,
    ],
    formatError,
    introspection,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: log,
  })
  await apollo.start()
  return apollo
}

function gatewayOf(schema: GraphQLSchema, executor: Executor): Gateway {
  let publish: Parameters<Gateway['onSchemaLoadOrUpdate']>[0] | undefined
  return {
    onSchemaLoadOrUpdate(callback) {
      publish = callback
      return () => (publish = undefined)
    },
    load() {
      publish?.({ apiSchema: schema, coreSupergraphSdl: '' })
      return Promise.resolve({
        executor: async ({ document, operation, request, context }) => {
          const { requestId, budget } = metadataOf(context)
          const { variables = {} } = request
          const interpret = observesFields(context)
          return executor.run({ document, operation, variables, context, requestId, budget, interpret })
        },
      })
    },
    stop: () => Promise.resolve(),
  }
}

/** Apollo marks a context with this symbol if a plug-in asked for `willResolveField`. Only graphql-js calls that hook for each field. */
const WILL_RESOLVE_FIELD = 'apolloServerExecutionDispatcherWillResolveField'

const observesFields = (context: object): boolean =>
  Object.getOwnPropertySymbols(context).some(({ description }) => description === WILL_RESOLVE_FIELD)

/** Apollo's own errors under our codes. */
function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { code, http } = ((error as { extensions?: object }).extensions ?? {}) as {
    code?: string
    http?: { status?: number }
  }
  if (code === 'BAD_REQUEST' && http?.status === 405)
    return edgeError('METHOD_NOT_ALLOWED', 'Only queries can be sent by GET.').toJSON()
  if (code === undefined && http?.status === 400)
    return edgeError('PERSISTED_QUERY_MISMATCH', 'sha256Hash does not match the query.').toJSON()
  return formatted
}

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import type { FastifyBaseLogger } from 'fastify'
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { Limits } from '../options.js'
import { hashMismatch } from './document-resolver.js'
import { edgeError } from './edge-error.js'
import type { Executor } from './executor.js'
import type { ResultExtensions } from './result-extensions.js'
import { operationLimits } from './operation-limits.js'
import { operationResults } from './operation-results.js'
import type { OperationCosts } from './operation-costs.js'
import { additionalRules } from './validation-rules.js'

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

/** Starts the Apollo Server that runs every GraphQL operation over HTTP: it parses, validates, calls the plug-ins and executes. */
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
    schema,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [...additionalRules],
    validationOptions: { maxErrors: 50 },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // It is installed for each subgraph, and prepares a trace for each operation, which only Apollo's router reads.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      operationResults(executor),
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

/** Apollo's own errors under our codes. */
function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { code, http } = ((error as { extensions?: object }).extensions ?? {}) as {
    code?: string
    http?: { status?: number }
  }
  if (code === 'BAD_REQUEST' && http?.status === 405)
    return edgeError('METHOD_NOT_ALLOWED', 'Only queries can be sent by GET.').toJSON()
  if (code === undefined && http?.status === 400) return hashMismatch().toJSON()
  return formatted
}

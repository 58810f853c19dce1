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
import { operationHooks, type OperationParts } from './operation-hooks.js'
import { additionalRules } from './validation-rules.js'

/** Dependencies of Apollo Server. */
export interface ApolloDependencies extends OperationParts {
  readonly schema: GraphQLSchema
  readonly limits: Limits
  readonly introspection: boolean
  /** Plug-ins of the installation, in addition to ours. */
  readonly plugins: readonly ApolloServerPlugin<object>[]
  readonly log: FastifyBaseLogger
}

/** Starts the Apollo Server that runs every GraphQL operation over HTTP: it parses, validates, calls the plug-ins and executes. */
export async function startApollo({
  schema,
  limits,
  introspection,
  plugins,
  log,
  ...parts
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
      operationHooks(parts),
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

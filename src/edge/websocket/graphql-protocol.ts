import { getOperationAST, GraphQLError, type DocumentNode, type ExecutionArgs, type GraphQLSchema } from 'graphql'
import { makeServer, type Context, type Server, type SubscribePayload } from 'graphql-ws'
import type { IncomingMessage } from 'node:http'
import type { DocumentStore } from '../graphql/document-store.js'
import { edgeError, operationNotFound } from '../graphql/edge-error.js'
import type { Executor } from '../graphql/executor.js'
import { attachMetadata } from '../graphql/operation-metadata.js'
import type { OperationCosts } from '../graphql/operation-costs.js'
import { presentError, publicError } from '../graphql/present-error.js'
import { wantsCost, type ResultExtensions } from '../graphql/result-extensions.js'
import type { SharedResults } from '../graphql/shared-results.js'
import { openStream, operationOf } from '../graphql/subscription-stream.js'
import { requestIdFrom } from '../http/request-id.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { EdgeOptions, Limits, RateCount } from '../options.js'
import { authorizationIn } from './authorization.js'
import { closeWithToken } from './expire-socket.js'
import type { SocketExtra } from './socket-adapter.js'

/** Dependencies of the protocol. */
export interface ProtocolParts {
  schema: GraphQLSchema
  documents: DocumentStore
  costs: OperationCosts
  executor: Executor
  extensions: ResultExtensions
  shared: SharedResults
  limits: Limits
  options: Pick<
    EdgeOptions,
    'createContext' | 'renewContext' | 'onError' | 'socketTokenExpiry' | 'socketTokenWatch' | 'timers' | 'random'
  >
  ipOf: (request: IncomingMessage) => string
}

type SocketContext = Context<Record<string, unknown> | undefined, SocketExtra>

/** Try again later: for a socket that cannot be accepted now for reasons outside of the client. */
const tryAgainLater = 1013

/** The graphql-ws protocol over our document store and executor: the same limits and masks as over HTTP. */
export function graphqlProtocol(parts: ProtocolParts): Server<SocketExtra> {
  const { schema, documents, executor, extensions, limits, options, shared } = parts

  return makeServer<Record<string, unknown> | undefined, SocketExtra>({
    connectionInitWaitTimeout: limits.socketInitMilliseconds,
    onConnect: async (ctx) => {
      const { socket, request } = ctx.extra
      try {
        const { context } = await createSocketContext(parts, ctx)
        closeWithToken(options, options.timers, socket, context)
        return true
      } catch (error) {
        const { status } = options.onError(error, requestIdFrom(options.random, request.headers))
        if (status >= 500) socket.close(tryAgainLater, 'Try again later')
        return false
      }
    },
    onSubscribe: async (ctx, _id, payload) => {
      if (Object.keys(ctx.subscriptions).length > limits.operationsPerSocket) {
        const message = `A socket can run at most ${limits.operationsPerSocket} operations at the same time.`
        return [edgeError('TOO_MANY_SUBSCRIPTIONS', message)]
      }
      // An error thrown here would close the socket and end its other operations.
      try {
        const request = documents.resolve(documentOf(payload))
        if (request instanceof GraphQLError) return [request]
        if (documents.takesLong(request.query)) await ownTurn()
        const outcome = validateOperation(parts, { ...payload, query: request.query })
        if ('errors' in outcome) return outcome.errors
        const { context, requestId, rateCount } = await createSocketContext(parts, ctx)
        const metadata = { requestId, rateCount, cost: outcome.cost, wantsCost: wantsCost({}, payload.extensions) }
        return executionArgs(schema, outcome.document, payload, attachMetadata(context, metadata))
      } catch (error) {
        return [publicError(error, requestIdFrom(options.random, ctx.extra.request.headers), options.onError)]
      }
    },
    execute: async (args) => {
      const result = await executor.run(executionOf(args))
      return extensions.addTo(result, args.contextValue as object, args.document)
    },
    subscribe: async (args) => {
      const opened = await openStream(args, executor, extensions, { ...options, shared })
      return Symbol.asyncIterator in opened ? opened : refusedStart(opened.errors ?? [])
    },
    onError: (ctx, _id, _payload, errors) => {
      const [first] = errors
      if (first?.originalError instanceof StartRefused) return first.originalError.errors.map((error) => error.toJSON())
      const requestId = requestIdFrom(options.random, ctx.extra.request.headers)
      return errors.map((error) => presentError(error, requestId, options.onError).toJSON())
    },
  })
}

/** A subscription that did not begin. The protocol has a message of the type `error` for it, and no result. */
class StartRefused extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The subscription was refused.')
  }
}

/** A stream that ends with the errors before its first result: graphql-ws sends what an iterator throws as `error`. */
const refusedStart = (errors: readonly GraphQLError[]): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new StartRefused(errors)) }),
})

/** The protocol requires a query: it is empty if the document is named by `documentId`, in the payload or in its extensions. */
function documentOf(payload: SubscribePayload) {
  const { query, documentId, extensions } = payload as SubscribePayload & { documentId?: unknown }
  const id = documentId ?? extensions?.['documentId']
  return { query, documentId: typeof id === 'string' ? id : undefined, extensions: extensions ?? undefined }
}

/** Makes the context of one operation; a new one each time, so that loaders are fresh and a revoked token is noticed. */
async function createSocketContext(
  { options, ipOf }: ProtocolParts,
  ctx: SocketContext,
): Promise<{ context: object; requestId: string; rateCount: RateCount | undefined }> {
  const { request } = ctx.extra
  const requestId = requestIdFrom(options.random, {})
  let rateCount: RateCount | undefined
  const context = await options.createContext({
    authorization: authorizationIn(ctx.connectionParams),
    headers: request.headers,
    ip: ipOf(request),
    requestId,
    transport: 'websocket',
    operations: 1,
    onRateCount: (count) => (rateCount = count),
  })
  return { context, requestId, rateCount }
}

type AdmittedOperation = { readonly document: DocumentNode; readonly cost: number | undefined }

function validateOperation(
  { documents, costs }: ProtocolParts,
  payload: SubscribePayload,
): AdmittedOperation | { readonly errors: readonly GraphQLError[] } {
  const outcome = documents.parseAndValidate(payload.query)
  if ('errors' in outcome) return outcome
  const operation = getOperationAST(outcome.document, payload.operationName)
  if (!operation) return { errors: [operationNotFound()] }
  const cost = costs.of(outcome.document, operation, payload.variables ?? {})
  const failure = costs.refuse(cost)
  return failure ? { errors: [failure] } : { document: outcome.document, cost }
}

function executionArgs(
  schema: GraphQLSchema,
  document: DocumentNode,
  payload: SubscribePayload,
  contextValue: object,
): ExecutionArgs {
  const { operationName, variables } = payload
  return { schema, document, operationName, variableValues: variables, contextValue }
}

function executionOf(args: ExecutionArgs) {
  return { ...operationOf(args), variables: args.variableValues ?? {}, context: args.contextValue as object }
}

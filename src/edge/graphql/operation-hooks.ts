import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import {
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
} from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Reduce } from './absent-selections.js'
import { edgeError, operationNotFound } from './edge-error.js'
import type { Executor } from './executor.js'
import { metadataOf } from './operation-metadata.js'
import type { OperationCosts } from './operation-costs.js'
import type { ResultExtensions } from './result-extensions.js'
import type { SharedAnswers } from './shared-answers.js'

/** Operations of such a cost take milliseconds to run. */
const COSTLY = 500

const STREAMS_ONLY =
  'Subscriptions run over WebSocket (graphql-transport-ws) or Server-Sent Events (Accept: text/event-stream).'

/** Results of hooks that wait for nothing. */
const NOTHING = Promise.resolve()
const NO_ANSWER = Promise.resolve(null)

/** Parts of the server that its hooks call. */
export interface OperationParts {
  readonly executor: Executor
  readonly costs: OperationCosts
  readonly extensions: ResultExtensions
  readonly answers: SharedAnswers | null
  readonly reduce: Reduce | undefined
}

/**
 * Plug-in for all operations. Before the execution it rejects subscriptions and operations above the cost limit, and answers shared queries.
 * After it, it limits the response, gives errors their public form, and adds cost and deprecations. Only then the request of an error is
 * known. Other plug-ins receive the errors of resolvers unchanged.
 */
export function operationHooks({
  executor,
  costs,
  extensions,
  answers,
  reduce,
}: OperationParts): ApolloServerPlugin<object> {
  const hooks: GraphQLRequestListener<object> = {
    ...(reduce ? { parsingDidStart: reducesParsed(reduce) } : {}),
    async didResolveOperation({ contextValue, document, operation, request }) {
      const metadata = metadataOf(contextValue)
      metadata.isResolved = true
      if (!operation) throw badRequest(operationNotFound())
      if (operation.operation === OperationTypeNode.SUBSCRIPTION)
        throw badRequest(edgeError('BAD_REQUEST', STREAMS_ONLY))
      const cost = costs.of(document, operation, request.variables ?? {})
      if (cost !== undefined && Number.isFinite(cost)) metadata.cost = cost
      const error = costs.refuse(cost)
      if (error) throw badRequest(error)
      if (cost === undefined || cost > COSTLY) await ownTurn()
    },
    responseForOperation: (request) => answers?.find(request) ?? NO_ANSWER,
    executionDidStart({ contextValue }) {
      const metadata = metadataOf(contextValue)
      metadata.isExecuted = true
      const { budget } = metadata
      budget?.start()
      return Promise.resolve({ executionDidEnd: async () => (budget?.isLarge ? ownTurn() : undefined) })
    },
    willSendResponse({ contextValue, document, operation, request, errors, response: { body, http } }) {
      if (body.kind !== 'single') return NOTHING
      const metadata = metadataOf(contextValue)
      const { isExecuted, isResolved, budget } = metadata
      if (isExecuted && operation) {
        const { variables = {} } = request
        const result = { ...body.singleResult, errors }
        body.singleResult = formatted(executor.complete(result, { operation, variables, context: contextValue }))
        if (budget?.status) http.status = budget.status
      }
      if (isResolved && document) body.singleResult = extensions.addTo(body.singleResult, contextValue, document)
      const { data, errors: presented } = body.singleResult
      if (isExecuted && data && !presented && !budget?.isLarge) metadata.keepAnswer?.(data)
      return NOTHING
    },
  }
  const listening = Promise.resolve(hooks)
  return { requestDidStart: () => listening }
}

/** Apollo Server reads the parsed document again to validate it. */
const reducesParsed =
  (reduce: Reduce): NonNullable<GraphQLRequestListener<object>['parsingDidStart']> =>
  (request: { document?: DocumentNode }) =>
    Promise.resolve(() => {
      if (request.document) request.document = reduce(request.document)
      return NOTHING
    })

const formatted = ({ errors, ...result }: ExecutionResult): FormattedExecutionResult =>
  errors ? { ...result, errors: errors.map((error) => error.toJSON()) } : result

/** The error with the HTTP status 400, which Apollo reads from the extensions and does not send. */
const badRequest = ({ message, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } })

import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server'
import { GraphQLError, OperationTypeNode } from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { edgeError, operationNotFound } from './edge-error.js'
import { metadataOf } from './operation-metadata.js'
import type { ResultExtensions } from './result-extensions.js'
import type { OperationCosts } from './operation-costs.js'

/** Operations of such a cost take milliseconds to run. */
const COSTLY = 500

const STREAMS_ONLY =
  'Subscriptions run over WebSocket (graphql-transport-ws) or Server-Sent Events (Accept: text/event-stream).'

/**
 * Plug-in that rejects operations before their execution: subscriptions, and operations above the cost limit. It adds cost and
 * deprecations to the results.
 */
export function operationLimits(costs: OperationCosts, extensions: ResultExtensions): ApolloServerPlugin<object> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation(request: GraphQLRequestContextDidResolveOperation<object>) {
          const metadata = metadataOf(request.contextValue)
          metadata.isResolved = true
          const { document, operation } = request
          if (!operation) throw badRequest(operationNotFound())
          if (operation.operation === OperationTypeNode.SUBSCRIPTION)
            throw badRequest(edgeError('BAD_REQUEST', STREAMS_ONLY))
          const cost = costs.of(document, operation, request.request.variables ?? {})
          if (cost !== undefined && Number.isFinite(cost)) metadata.cost = cost
          const error = costs.refuse(cost)
          if (error) throw badRequest(error)
          if (cost === undefined || cost > COSTLY) await ownTurn()
        },
        willSendResponse({ contextValue, document, response: { body } }) {
          const metadata = metadataOf(contextValue)
          if (metadata.isResolved && document && body.kind === 'single')
            body.singleResult = extensions.addTo(body.singleResult, metadata, document)
          return Promise.resolve()
        },
      }),
  }
}

/** The error with the HTTP status 400, which Apollo reads from the extensions and does not send. */
const badRequest = ({ message, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } })

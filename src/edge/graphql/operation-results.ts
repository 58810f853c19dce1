import type { ApolloServerPlugin } from '@apollo/server'
import type { ExecutionResult, FormattedExecutionResult } from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Executor } from './executor.js'
import { metadataOf } from './operation-metadata.js'

/**
 * Plug-in that limits the responses of executed operations, and gives their errors the public form. It does so before the response is sent,
 * because only then it knows the request of an error; other plug-ins receive the errors of resolvers as they are.
 */
export function operationResults(executor: Executor): ApolloServerPlugin<object> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        executionDidStart({ contextValue }) {
          const metadata = metadataOf(contextValue)
          metadata.isExecuted = true
          const { budget } = metadata
          budget?.start()
          return Promise.resolve({ executionDidEnd: async () => (budget?.isLarge ? ownTurn() : undefined) })
        },
        willSendResponse({ contextValue, operation, request, errors, response: { body, http } }) {
          const { isExecuted, budget } = metadataOf(contextValue)
          if (isExecuted && operation && body.kind === 'single') {
            const { variables = {} } = request
            const result = { ...body.singleResult, errors }
            body.singleResult = formatted(executor.complete(result, { operation, variables, context: contextValue }))
            if (budget?.status) http.status = budget.status
          }
          return Promise.resolve()
        },
      }),
  }
}

const formatted = ({ errors, ...result }: ExecutionResult): FormattedExecutionResult =>
  errors ? { ...result, errors: errors.map((error) => error.toJSON()) } : result

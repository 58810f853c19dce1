import type { ApolloServer } from '@apollo/server'
import { GraphQLError, OperationTypeNode, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql'
import { ownTurn } from '../../services/kernel/event-loop/own-turn.js'
import type { Limits } from '../options.js'
import { refuseCost, type DocumentStore, type ValidatedDocument } from './document-store.js'
import { edgeError, operationNotFound } from './edge-error.js'
import type { Executor } from './executor.js'
import { attachMetadata } from './operation-metadata.js'
import type { PersistedOperations } from './persisted-operations.js'
import { formatResult } from './format-result.js'
import type { GraphQLRequest } from './read-request.js'
import type { ResponseBudget } from './response-budget.js'

/** A GraphQL answer before it is put into HTTP. */
export interface OperationResponse {
  /** The status under `application/graphql-response+json`. */
  status: number
  /** Whether the request itself was malformed, so that the status holds under `application/json` too. */
  malformed: boolean
  body: { errors?: readonly GraphQLFormattedError[]; data?: unknown; extensions?: unknown }
  headers?: Readonly<Record<string, string>>
}

/** Dependencies for answering a request. */
export interface RequestDependencies {
  admissions: DocumentStore
  persisted: PersistedOperations
  apollo: ApolloServer
  executor: Executor
  limits: Limits
}

/** Origin of a request. */
export interface RequestSource {
  requestId: string
  method: string
  context: () => Promise<object>
  /** The budget of the whole HTTP request: the operations of a batch share it. */
  budget: ResponseBudget
}

/**
 * Answers one request: find the document, hold it to the limits, find out who asks, run it. What Apollo has run before and is compiled by
 * now goes straight to the executor that Apollo would ask.
 */
export async function handleGraphQLRequest(
  { admissions, persisted, apollo, executor, limits }: RequestDependencies,
  request: GraphQLRequest,
  asking: RequestSource,
): Promise<OperationResponse> {
  const text = persisted.resolve(request.query, request.extensions)
  if (text instanceof GraphQLError) return refusedText(text)
  if (admissions.takesLong(text)) await ownTurn()
  const admission = admissions.parseAndValidate(text)
  if ('errors' in admission) return refusal(admission.errors, 400)
  const document = admission.admitted
  if (request.extensions) persisted.remember(text, request.extensions)

  const operation = document.operation(request.operationName)
  if (!operation) return refusal([operationNotFound()], 400)
  const cost = document.cost(operation, request.variables)
  const refused = refuseOperation(operation, cost, asking.method, limits)
  if (refused) return refused

  const { requestId, budget } = asking
  const context = await asking.context()
  if (cost === undefined || cost > COSTLY) await ownTurn()
  if (executor.hasCompiled(operation)) {
    const { operationName, variables } = request
    const result = await executor.run({ document, operationName, variables, context, requestId, budget })
    const { status = 200, body } = formatResult(result)
    return { status, malformed: false, body }
  }
  const contextValue = attachMetadata(context, { requestId, document, budget })
  const response = await apollo.executeOperation(forApollo(document, request, admissions), { contextValue })
  if (response.body.kind !== 'single') throw new Error('Incremental delivery is not supported')
  return { status: response.http.status ?? 200, malformed: false, body: response.body.singleResult }
}

/** Operations of such a cost take milliseconds to run. */
const COSTLY = 500

function refuseOperation(
  operation: OperationDefinitionNode,
  cost: number | undefined,
  method: string,
  limits: Limits,
): OperationResponse | undefined {
  if (method === 'GET' && operation.operation !== OperationTypeNode.QUERY) {
    const error = edgeError('METHOD_NOT_ALLOWED', `A ${operation.operation} cannot be sent with GET.`)
    return { ...refusal([error], 405), malformed: true, headers: { allow: 'POST' } }
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    return refusal([edgeError('BAD_REQUEST', 'Subscriptions require WebSocket (graphql-transport-ws).')], 400)
  }
  const costly = refuseCost(cost, limits.cost)
  return costly && refusal([costly], 400)
}

/** The request by the hash of its document if that is cached, so that Apollo does not hash it every time. */
function forApollo(document: ValidatedDocument, request: GraphQLRequest, admissions: DocumentStore) {
  const { operationName, variables } = request
  if (admissions.find(document.hash) !== document) return { query: document.source, operationName, variables }
  return { operationName, variables, extensions: { persistedQuery: { version: 1, sha256Hash: document.hash } } }
}

function refusedText(error: GraphQLError): OperationResponse {
  const code = error.extensions['code']
  if (code === 'PERSISTED_QUERY_NOT_FOUND') return refusal([error], 200)
  return { ...refusal([error], 400), malformed: code === 'BAD_REQUEST' }
}

/** An answer without data. */
export function refusal(errors: readonly GraphQLError[], status: number): OperationResponse {
  return { status, malformed: false, body: { errors: errors.map((error) => error.toJSON()) } }
}

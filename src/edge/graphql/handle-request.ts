import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest } from '@apollo/server'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Limits, RateCount } from '../options.js'
import type { DocumentStore } from './document-store.js'
import { edgeError } from './edge-error.js'
import type { Executor } from './executor.js'
import { attachMetadata, type OperationMetadata } from './operation-metadata.js'
import type { GraphQLRequest } from './read-request.js'
import { wantsCost } from './result-extensions.js'
import type { ResponseBudget } from './response-budget.js'

/** Response of one operation before it is put into HTTP. */
export interface OperationResponse {
  /** The status under `application/graphql-response+json`. */
  status: number
  /** True if the request itself was malformed, so that the status holds under `application/json` too. */
  malformed: boolean
  body: { errors?: readonly GraphQLFormattedError[]; data?: unknown; extensions?: unknown }
  headers?: Readonly<Record<string, string>>
}

/** Dependencies of a request. */
export interface RequestDependencies {
  documents: DocumentStore
  apollo: ApolloServer<object>
  executor: Executor
  limits: Limits
}

/** The HTTP request that an operation is part of. */
export interface RequestSource {
  requestId: string
  method: string
  headers: IncomingHttpHeaders
  context: () => Promise<object>
  /** Count of the caller's requests, once the context was created. */
  rateCount: () => RateCount | null
  /** The budget of the whole HTTP request: the operations of a batch share it. */
  budget: ResponseBudget
}

/** Checks the limits of one operation's document, authenticates its caller, and has Apollo Server run it. */
export async function handleGraphQLRequest(
  { documents, apollo, executor }: RequestDependencies,
  named: GraphQLRequest,
  source: RequestSource,
): Promise<OperationResponse> {
  const request = resolveRequest(documents, named)
  if ('body' in request) return request
  const { query, operationName, variables, extensions } = request
  if (query && documents.takesLong(query)) await ownTurn()
  const refused = query && documents.checkLimits(query)
  if (refused) return rejection([refused], refused.extensions['code'] === 'DOCUMENT_NOT_TRUSTED' ? 403 : 400)

  const metadata: OperationMetadata = { requestId: source.requestId, budget: source.budget }
  const contextValue = attachMetadata(await source.context(), metadata)
  if (wantsCost(source.headers, extensions)) {
    metadata.wantsCost = true
    metadata.rateCount = source.rateCount() ?? undefined
  }
  const http = httpOf(source)
  const operation = { query, operationName, variables, ...(extensions ? { extensions } : {}), http }
  const response = await executor.withinTime(source.budget, apollo.executeOperation(operation, { contextValue }))
  if (!response) return rejection([source.budget.failure!], source.budget.status!)
  if (response.body.kind !== 'single') throw new Error('Incremental delivery is not served')
  const { headers, status = 200 } = response.http
  return {
    status,
    malformed: !metadata.isResolved && isMalformed(response.body.singleResult.errors?.[0]),
    body: response.body.singleResult,
    ...(headers.size > 0 ? { headers: Object.fromEntries(headers) } : {}),
  }
}

/** The request with its document, or the response to a request that is malformed or names an unknown document. */
export function resolveRequest(
  documents: DocumentStore,
  read: GraphQLRequest | GraphQLError,
): GraphQLRequest | OperationResponse {
  const request = read instanceof GraphQLError ? read : documents.resolve(read)
  const error = request instanceof GraphQLError ? request : missingDocument(request)
  if (error) return { ...rejection([error], 400), malformed: isMalformed(error) }
  return request as GraphQLRequest
}

/** A request has a document, or the hash of one that was sent before. */
function missingDocument({ query, extensions }: GraphQLRequest): GraphQLError | undefined {
  const reference = extensions?.['persistedQuery'] ?? undefined
  if (reference === undefined) return query ? undefined : edgeError('BAD_REQUEST', 'query or documentId is required.')
  const { version, sha256Hash } = Object(reference) as { version?: unknown; sha256Hash?: unknown }
  if (version === 1 && typeof sha256Hash === 'string') return undefined
  return edgeError('BAD_REQUEST', 'extensions.persistedQuery requires version 1 and sha256Hash.')
}

/**
 * The request as plug-ins of Apollo Server read it. Its `accept` is empty: the media type is chosen already, and Apollo Server would parse the
 * header of each operation to choose a format of incremental delivery, which is not served.
 */
function httpOf({ method, headers }: RequestSource): HTTPGraphQLRequest {
  let map: HeaderMap | undefined
  return {
    method,
    search: '',
    body: undefined,
    get headers() {
      return (map ??= headerMapOf(headers))
    },
  }
}

function headerMapOf(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap()
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  map.set('accept', '')
  return map
}

const MALFORMED: readonly unknown[] = ['BAD_REQUEST', 'METHOD_NOT_ALLOWED', 'PERSISTED_QUERY_MISMATCH']

const isMalformed = (error: Pick<GraphQLFormattedError, 'extensions'> | undefined): boolean =>
  MALFORMED.includes(error?.extensions?.['code'])

/** A response without data. */
export function rejection(errors: readonly GraphQLError[], status: number): OperationResponse {
  return { status, malformed: false, body: { errors: errors.map((error) => error.toJSON()) } }
}

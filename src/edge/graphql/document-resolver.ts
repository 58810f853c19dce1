import { createHash } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import type { TrustedDocuments } from '../options.js'
import { edgeError } from './edge-error.js'
import type { GraphQLRequest } from './read-request.js'

/** The parts of a request that name its document. */
export type DocumentReference = Pick<GraphQLRequest, 'query' | 'documentId' | 'extensions'>

/** Finds the document of a request that names it by ID, and rejects documents that are not trusted if only those are allowed. */
export class DocumentResolver {
  constructor(private readonly trusted: TrustedDocuments = { find: () => undefined, only: false }) {}

  /** The request with its document in `query`, or the reason why there is none. */
  resolve<Request extends DocumentReference>(request: Request): Request | GraphQLError {
    const { query, documentId, extensions } = request
    if (documentId !== undefined) {
      if (query) return edgeError('BAD_REQUEST', 'A request must have query or documentId, not both.')
      const known = this.trusted.find(documentId)
      return known === undefined ? this.notFound() : { ...request, query: known }
    }
    const { sha256Hash } = Object(extensions?.['persistedQuery']) as { sha256Hash?: unknown }
    if (typeof sha256Hash !== 'string') return request
    const known = this.trusted.find(`sha256:${sha256Hash}`) ?? this.trusted.find(sha256Hash)
    if (known === undefined) return request
    if (query && query !== known && hashOf(query) !== sha256Hash) return hashMismatch()
    return { ...request, query: known, extensions: withoutPersistedQuery(extensions) }
  }

  /** The error for a text that may not be executed. Every transport asks, through the document store. */
  refuse(text: string): GraphQLError | undefined {
    if (!this.trusted.only || this.trusted.find(`sha256:${hashOf(text)}`) !== undefined) return undefined
    return edgeError('DOCUMENT_NOT_TRUSTED', 'Only trusted documents are allowed. Send the documentId of one.')
  }

  private notFound(): GraphQLError {
    const advice = this.trusted.only
      ? 'An operator must add it to a manifest of TRUSTED_DOCUMENTS.'
      : 'Send the query instead.'
    return edgeError('DOCUMENT_NOT_FOUND', `Document not found. ${advice}`)
  }
}

/** A request whose query is not the document of its hash. */
export const hashMismatch = (): GraphQLError =>
  edgeError('PERSISTED_QUERY_MISMATCH', 'sha256Hash does not match the query.')

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Apollo's clients send the hash of a manifest as a persisted query. */
function withoutPersistedQuery(extensions: GraphQLRequest['extensions'] = {}): GraphQLRequest['extensions'] {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'persistedQuery'))
}

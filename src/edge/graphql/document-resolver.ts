import type { GraphQLError } from 'graphql'
import type { TrustedDocuments } from '../options.js'
import { edgeError } from './edge-error.js'
import type { GraphQLRequest } from './read-request.js'

/** The parts of a request that name its document. */
export type DocumentReference = Pick<GraphQLRequest, 'query' | 'documentId' | 'extensions'>

/** Finds the document of a request that names it by ID, and rejects documents that are not trusted if only those are allowed. */
export class DocumentResolver {
  private readonly byId: ReadonlyMap<string, string>
  private readonly texts: ReadonlySet<string>
  private readonly only: boolean

  constructor({ byId, only }: TrustedDocuments = { byId: new Map(), only: false }) {
    this.byId = byId
    this.texts = new Set(byId.values())
    this.only = only
  }

  /** The request with its document in `query`, or the reason why there is none. */
  resolve<Request extends DocumentReference>(request: Request): Request | GraphQLError {
    const { query, documentId, extensions } = request
    if (documentId !== undefined) {
      if (query) return edgeError('BAD_REQUEST', 'A request must have query or documentId, not both.')
      const known = this.byId.get(documentId)
      if (known === undefined) return edgeError('DOCUMENT_NOT_FOUND', 'Document not found. Send the query instead.')
      return { ...request, query: known }
    }
    const known = this.byPersistedQuery(extensions)
    return known === undefined ? request : { ...request, query: known, extensions: withoutPersistedQuery(extensions) }
  }

  /** The error for a text that may not be executed. Every transport asks, through the document store. */
  refuse(text: string): GraphQLError | undefined {
    if (!this.only || this.texts.has(text)) return undefined
    return edgeError('DOCUMENT_NOT_TRUSTED', 'Only trusted documents are allowed. Send the documentId of one.')
  }

  /** Apollo's clients send the hash of a manifest as a persisted query. */
  private byPersistedQuery(extensions: GraphQLRequest['extensions']): string | undefined {
    const { sha256Hash } = Object(extensions?.['persistedQuery']) as { sha256Hash?: unknown }
    return typeof sha256Hash === 'string'
      ? (this.byId.get(`sha256:${sha256Hash}`) ?? this.byId.get(sha256Hash))
      : undefined
  }
}

function withoutPersistedQuery(extensions: GraphQLRequest['extensions'] = {}): GraphQLRequest['extensions'] {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'persistedQuery'))
}

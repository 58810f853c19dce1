import { createHash } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import { edgeError } from './edge-error.js'

/**
 * Automatic persisted operations: a client sends a hash, and the text only when the hash is not known. Kept apart from the
 * remembered documents, because a hash outlives a schema's validation, and texts are cheap.
 */
export class PersistedOperations {
  private readonly texts = new LRUCache<string, string>({
    max: 2_000,
    maxSize: 4_000_000,
    sizeCalculation: (text) => text.length + 1,
  })

  /** The text to execute: the one sent, or the one known under the hash in `extensions.persistedQuery`. */
  resolve(text: string | undefined, extensions: Readonly<Record<string, unknown>> | undefined): string | GraphQLError {
    const reference = extensions?.['persistedQuery']
    if (reference === undefined || reference === null) {
      return text || edgeError('BAD_REQUEST', 'query is required.')
    }
    const hash = hashOf(reference)
    if (!hash) return edgeError('BAD_REQUEST', 'extensions.persistedQuery requires version 1 and sha256Hash.')
    if (!text) return this.texts.get(hash) ?? edgeError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    if (createHash('sha256').update(text).digest('hex') !== hash) {
      return edgeError('PERSISTED_QUERY_MISMATCH', 'sha256Hash does not match the query.')
    }
    return text
  }

  /** Remembers a text that proved to be a valid document. */
  remember(text: string, extensions: Readonly<Record<string, unknown>> | undefined): void {
    const hash = hashOf(extensions?.['persistedQuery'])
    if (hash) this.texts.set(hash, text)
  }
}

function hashOf(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined
  const { version, sha256Hash } = reference as { version?: unknown; sha256Hash?: unknown }
  return version === 1 && typeof sha256Hash === 'string' ? sha256Hash : undefined
}

import type { FastifyInstance } from 'fastify'
import { readBytes } from './read-bytes.js'

/**
 * Keeps the exact bytes of bodies in this scope: signatures are made over bytes, not over parsed JSON. Nothing is decompressed
 * and nothing is parsed before the signature holds.
 */
export function retainRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', readBytes)
}

/** The raw body of a request of such a scope; empty for one without. */
export const rawBodyOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

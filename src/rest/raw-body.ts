import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { jsonExcess } from '../services/kernel/text/json-excess.js'
import { readBytes } from './read-bytes.js'

/**
 * Keeps the exact bytes of bodies in this scope: signatures are made over bytes, not over parsed JSON. Nothing is decompressed
 * and nothing is parsed before the signature holds.
 */
export function retainRawBodies(
  scope: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser'>,
): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', readBytes)
}

/** The raw body of a request of such a scope; empty for one without. */
export const rawBodyOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

/** The schema of a body that its route reads as bytes. */
export const rawBytes = z.unknown().transform(rawBodyOf)

/** Parses the bytes of a body before its schema validates it. */
export async function parseRawBody(request: FastifyRequest): Promise<void> {
  request.body = parseJson(rawBodyOf(request.body))
}

/** Like `parseRawBody`, for a route that accepts requests without a body. */
export async function parseOptionalRawBody(request: FastifyRequest): Promise<void> {
  const bytes = rawBodyOf(request.body)
  request.body = bytes.length > 0 ? parseJson(bytes) : undefined
}

export function parseJson(body: Buffer): unknown {
  const text = body.toString('utf8')
  const excess = jsonExcess(text)
  if (excess) throw new AppError('BAD_REQUEST', excess.message, { details: { limit: excess.limit } })
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new AppError('BAD_REQUEST', 'The request body is not valid JSON.')
  }
}

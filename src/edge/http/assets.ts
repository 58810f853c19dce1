import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A file that never changes while the process runs, ready to send. */
export interface Asset {
  type: string
  plain: Buffer
  zipped: Buffer
  etag: string
}

const compress = promisify(gzip)

/** Compresses a file once for all requests. */
export async function makeAsset(content: string | Buffer, type: string): Promise<Asset> {
  const plain = Buffer.from(content)
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`
  return { type, plain, zipped: await compress(plain, { level: 6 }), etag }
}

/**
 * Sends an asset, or 304 if the client has it. Caches may store it and must ask before each use, because the next release can
 * change it. The route must not compress again.
 */
export function sendAsset({ headers }: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  reply.type(asset.type).header('etag', asset.etag).header('cache-control', 'public, max-age=0, must-revalidate')
  reply.header('vary', 'accept-encoding')
  if (isKnown(headers['if-none-match'], asset.etag)) return reply.code(304).send()
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(asset.plain)
  return reply.header('content-encoding', 'gzip').send(asset.zipped)
}

/** A proxy that changes the encoding marks an entity tag as weak. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false

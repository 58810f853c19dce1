import { fastify, type FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'

/** A larger body is copied piece by piece as it arrives: copying megabytes in one step takes milliseconds. */
const LARGE_BYTES = 65_536

/** Reads the bytes of a body, at most as many as the route allows. */
export function readBytes(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer> {
  const { bodyLimit } = request.routeOptions
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > bodyLimit) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const large = announced > LARGE_BYTES ? Buffer.allocUnsafeSlow(announced) : undefined
    const chunks: Buffer[] = []
    let received = 0
    const end = (finish: () => void): void => {
      payload.off('data', onData).off('end', onEnd).off('error', onError)
      finish()
    }
    const onData = (chunk: Buffer): void => {
      // Node.js itself cuts what is longer than announced.
      if (large) chunk.copy(large, received)
      else chunks.push(chunk)
      received += chunk.length
      if (received > bodyLimit) end(() => reject(tooLarge()))
    }
    const onEnd = (): void => end(() => resolve(large ?? Buffer.concat(chunks, received)))
    const onError = (error: Error): void =>
      end(() => reject('statusCode' in error ? error : Object.assign(error, { statusCode: 400 })))
    payload.on('data', onData).on('end', onEnd).on('error', onError)
    payload.resume()
  })
}

const tooLarge = (): Error => new fastify.errorCodes.FST_ERR_CTP_BODY_TOO_LARGE()

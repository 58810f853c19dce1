import { request as httpRequest, Agent } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** Result of an attempt: an HTTP status, or the reason why there was none. */
export type SendResult = { status: number; error: null } | { status: null; error: string }

const MAX_SOCKETS = 8
const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })

/**
 * Sends exact bytes with a timeout in milliseconds. Follows no redirect and ignores the response except for its status.
 */
export async function send(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeout: number,
): Promise<SendResult> {
  // A kept-alive connection that the receiver has just closed is no failure of the receiver: retries, finally on a new
  // connection.
  for (let attempt = 0; attempt <= MAX_SOCKETS; attempt += 1) {
    const result = await post(url, body, headers, timeout)
    if (result !== 'stale') return result
  }
  return { status: null, error: 'ECONNRESET' }
}

function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeout: number,
): Promise<SendResult | 'stale'> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:')
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeout),
      ...(secure ? {} : { agent }),
    })
    request.on('response', (response) => {
      response.resume()
      response.on('error', () => undefined)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, error: null }))
      response.on('close', () => resolve({ status: null, error: 'the connection was closed within the answer' }))
    })
    request.on('error', (error: Error & { code?: string }) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      resolve(stale ? 'stale' : { status: null, error: describe(error) })
    })
    request.end(body)
  })
}

function describe(error: Error & { code?: string }): string {
  return error.name === 'TimeoutError' || error.name === 'AbortError'
    ? 'no response in time'
    : (error.code ?? error.message)
}

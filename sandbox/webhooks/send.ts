import { request as httpRequest, Agent } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** What an attempt came to: an HTTP status, or why there was none. */
export type SendResult = { status: number; error: null } | { status: null; error: string }

const TIMEOUT = 10_000
const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** Posts exact bytes; waits at most 10 seconds; follows no redirect; reads no more than it must. */
export function send(url: string, body: string, headers: Record<string, string>): Promise<SendResult> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:')
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(TIMEOUT),
      ...(secure ? {} : { agent }),
    })
    request.on('response', (response) => {
      response.resume()
      response.on('error', () => undefined)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, error: null }))
      response.on('close', () => resolve({ status: null, error: 'the connection was closed within the answer' }))
    })
    request.on('error', (error) => resolve({ status: null, error: describe(error) }))
    request.end(body)
  })
}

/** Ends the kept connections, so that a process can exit. */
export function closeConnections(): void {
  agent.destroy()
}

function describe(error: Error & { code?: string }): string {
  return error.name === 'TimeoutError' || error.name === 'AbortError'
    ? 'no answer within 10 s'
    : (error.code ?? error.message)
}

import { request } from 'node:http'

const TICK_MS = 50

/** The end of a request that was sent evenly over time. */
export interface SlowAnswer {
  /** Null if the connection ended without a response. */
  readonly status: number | null
  /** A text that is no JSON, which a proxy itself sends, is in the member `text`. */
  readonly body: Record<string, unknown>
  readonly requestId: string | undefined
  readonly seconds: number
}

export interface SlowRequest {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly bytesPerSecond: number
  /** Sends no length in advance. */
  readonly chunked?: boolean
  /** Closes the connection. */
  readonly signal?: AbortSignal
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    return text ? (JSON.parse(text) as Record<string, unknown>) : {}
  } catch {
    return { text }
  }
}

/** Sends a body evenly at a rate, over a new connection as agents do. */
export function sendSlowly({ url, headers, body, bytesPerSecond, chunked, signal }: SlowRequest): Promise<SlowAnswer> {
  const began = performance.now()
  return new Promise((resolve) => {
    const length: Record<string, string> = chunked
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': String(body.length) }
    const call = request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers, ...length },
      ...(signal ? { signal } : {}),
    })
    const end = (status: number | null, text: string, requestId?: string): void => {
      clearInterval(timer)
      const seconds = (performance.now() - began) / 1000
      resolve({ status, body: bodyOf(text), requestId, seconds })
      call.destroy()
    }
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => end(response.statusCode!, text, String(response.headers['x-request-id'])))
      // A response that is cut has no end.
      response.on('close', () => response.complete || end(null, ''))
    })
    call.on('error', () => end(null, ''))
    let sent = 0
    const send = (): void => {
      const due = Math.min(body.length, Math.ceil(((performance.now() - began) / 1000) * bytesPerSecond))
      if (due > sent) call.write(body.subarray(sent, due))
      sent = due
      if (sent < body.length) return
      clearInterval(timer)
      call.end()
    }
    call.flushHeaders()
    const timer = setInterval(send, TICK_MS)
  })
}

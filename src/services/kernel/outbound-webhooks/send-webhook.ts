import type { IncomingHttpHeaders } from 'node:http'
import { request, type Dispatcher } from 'undici'
import { ForbiddenTarget } from '../outbound/address-guard.js'
import type { Timers } from '../time/timers.js'

/** Result of one delivery attempt. */
export interface SendResult {
  readonly statusCode: number | null
  readonly durationMs: number
  /** Null: it was taken. */
  readonly error: string | null
  /** Seconds that the receiver requested before the next attempt. */
  readonly retryAfter: number | null
  /** Beginning of the body of the response as text. Null without one. */
  readonly responseBody: string | null
}

/** For connecting, sending and the full response. */
const TRY_MS = 15_000
/** Maximum number of response bytes that are read. */
const MAX_READ_BYTES = 65_536
/** Response bytes that are kept for the owner of the endpoint. They have no meaning for us. */
const MAX_KEPT_BYTES = 1_024

/** Sends once. Redirects are not followed: an address that moved is the owner's to change. */
export async function sendWebhook(
  timers: Timers,
  pool: Dispatcher,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<SendResult> {
  const began = timers.monotonic()
  const sent = (
    statusCode: number | null,
    reason: string | null,
    { retryAfter = null, responseBody = null }: Partial<Pick<SendResult, 'retryAfter' | 'responseBody'>> = {},
  ): SendResult => ({
    statusCode,
    durationMs: Math.round(timers.monotonic() - began),
    error: reason,
    retryAfter,
    responseBody,
  })
  try {
    const response = await request(url, {
      dispatcher: pool,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Stackgate-Webhooks/1' },
      body,
      signal: timers.timeoutSignal(TRY_MS),
    })
    const responseBody = await beginningOf(response.body)
    const { statusCode } = response
    if (statusCode >= 200 && statusCode < 300) return sent(statusCode, null, { responseBody })
    const moved = statusCode >= 300 && statusCode < 400 ? '; redirects are not followed' : ''
    const retryAfter = requestedSeconds(response.headers, timers.now())
    return sent(statusCode, `answered ${statusCode}${moved}`, { retryAfter, responseBody })
  } catch (error) {
    return sent(null, explain(error))
  }
}

/** Beginning of a body as text that can be stored. What follows is read, so that the connection can be used again, or ended if it is long. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string | null> {
  let kept = Buffer.alloc(0)
  let size = 0
  // A body that is not read to its end reports that as an error.
  body.on('error', () => undefined)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (kept.length < MAX_KEPT_BYTES) kept = Buffer.concat([kept, chunk]).subarray(0, MAX_KEPT_BYTES)
      if (size > MAX_READ_BYTES) break
    }
  } catch {
    // The status has arrived. It counts also if the rest of the body does not arrive.
  }
  // A character that is cut off at the end is left out.
  const text = new TextDecoder().decode(kept, { stream: true }).replaceAll('\0', '\uFFFD')
  return text === '' ? null : text
}

/** Seconds of `Retry-After`, which is a number or an HTTP date. The receiver counts from its own clock, if it states it. */
function requestedSeconds({ 'retry-after': given, date }: IncomingHttpHeaders, now: number): number | null {
  if (typeof given !== 'string') return null
  const ownTime = Date.parse(date ?? '')
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(given)
    ? Number(given)
    : Math.ceil((Date.parse(given) - (Number.isFinite(ownTime) ? ownTime : now)) / 1000)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null
}

function explain(error: unknown): string {
  if (error instanceof ForbiddenTarget) return error.message
  const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string }
  if (name === 'TimeoutError' || code.includes('TIMEOUT')) return 'no response in time'
  return `not reached (${code || name || 'no response'})`
}

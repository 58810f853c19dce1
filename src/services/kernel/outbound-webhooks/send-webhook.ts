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
}

/** For connecting, sending and the full response. */
const TRY_MS = 15_000
/** Maximum number of response bytes that are read. The response body has no meaning for us. */
const MAX_ANSWER_BYTES = 65_536

/** Sends once. Redirects are not followed: an address that moved is the owner's to change. */
export async function sendWebhook(
  timers: Timers,
  pool: Dispatcher,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<SendResult> {
  const began = timers.monotonic()
  const sent = (statusCode: number | null, reason: string | null, retryAfter: number | null = null): SendResult => ({
    statusCode,
    durationMs: Math.round(timers.monotonic() - began),
    error: reason,
    retryAfter,
  })
  try {
    const response = await request(url, {
      dispatcher: pool,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Stackgate-Webhooks/1' },
      body,
      signal: timers.timeoutSignal(TRY_MS),
    })
    await response.body.dump({ limit: MAX_ANSWER_BYTES })
    const { statusCode } = response
    if (statusCode >= 200 && statusCode < 300) return sent(statusCode, null)
    const moved = statusCode >= 300 && statusCode < 400 ? '; redirects are not followed' : ''
    return sent(statusCode, `answered ${statusCode}${moved}`, requestedSeconds(response.headers, timers.now()))
  } catch (error) {
    return sent(null, explain(error))
  }
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

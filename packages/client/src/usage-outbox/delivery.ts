import type { Stackgate } from '../client.js'
import { isTemporary, NetworkError, StackgateError } from '../errors.js'
import { RecordUsage, type UsageReport } from '../entitlements/record-usage.js'
import { expectResult } from '../results.js'
import type { PlacedUsage } from './segment-files.js'
import { sentUsage } from './usage-record.js'

/** A record that was not accepted, and the reason. */
export interface Rejection {
  readonly placed: PlacedUsage
  readonly code: string
  readonly message: string
}

export interface Delivered {
  readonly accepted: number
  readonly duplicates: number
  /** Records that are never accepted. */
  readonly rejected: readonly Rejection[]
  /** Records that can be accepted later. */
  readonly postponed: readonly Rejection[]
}

/** Codes of a whole request that concern one of its records. */
const BY_RECORD: readonly string[] = [
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'BODY_TOO_LARGE',
  'QUERY_TOO_COMPLEX',
  'INVALID_PARAMETERS',
]

export interface DeliveryOptions {
  readonly client: Stackgate
  readonly timeoutMs: number
  /** A time of use that is at most this far ahead of the server's clock is sent again. */
  readonly maxClockSkewMs: number
  readonly now: () => number
}

/**
 * Sends records, each with its own key: a repetition counts once. A request that fails because of one record is divided until that is found.
 * @throws StackgateError if the server did not answer or accepts nothing at present: repeat the call
 */
export async function deliver(
  options: DeliveryOptions,
  records: readonly PlacedUsage[],
  signal: AbortSignal,
): Promise<Delivered> {
  if (records.length === 0) return { accepted: 0, duplicates: 0, rejected: [], postponed: [] }
  let result: UsageReport
  try {
    const events = records.map(({ record }) => sentUsage(record))
    const request = { timeoutMs: options.timeoutMs, account: events[0]!.accountId, signal }
    result = expectResult((await options.client.request(RecordUsage, { events }, request)).recordUsage)
    // The result of another request, for example of a proxy that stores responses: nothing of it is true of these records.
    if (result.acceptedCount + result.duplicateCount + result.rejected.length !== records.length)
      throw new StackgateError({ code: 'BAD_RESPONSE', message: 'The result does not count each record once.' })
  } catch (error) {
    return divide(options, records, { signal, error })
  }
  const rejected: Rejection[] = []
  const postponed: Rejection[] = []
  for (const { index, code, message } of result.rejected) {
    const placed = records[index]
    if (!placed)
      throw new StackgateError({ code: 'BAD_RESPONSE', message: 'The server rejected a record that was not sent.' })
    const isPassing = code === 'RATE_LIMITED' || code === 'UNAVAILABLE' || isAhead(options, placed, code)
    ;(isPassing ? postponed : rejected).push({ placed, code, message })
  }
  return { accepted: result.acceptedCount, duplicates: result.duplicateCount, rejected, postponed }
}

/** The clock of this machine can be ahead of the server's. */
function isAhead({ now, maxClockSkewMs }: DeliveryOptions, { record }: PlacedUsage, code: string): boolean {
  if (!record.at || code !== 'INVALID_PARAMETERS') return false
  return Math.abs(now() - Date.parse(record.at)) < maxClockSkewMs
}

async function divide(
  options: DeliveryOptions,
  records: readonly PlacedUsage[],
  { signal, error }: { signal: AbortSignal; error: unknown },
): Promise<Delivered> {
  signal.throwIfAborted()
  if (!(error instanceof StackgateError)) throw new NetworkError('The request failed.', error)
  const { code, message } = error
  const isDefect = code === 'INTERNAL'
  if (isTemporary(error) || !(BY_RECORD.includes(code) || isDefect)) throw error
  if (records.length === 1) {
    const rejection = { placed: records[0]!, code, message }
    if (isDefect) return { accepted: 0, duplicates: 0, rejected: [], postponed: [rejection] }
    return { accepted: 0, duplicates: 0, rejected: [rejection], postponed: [] }
  }
  const half = records.length >> 1
  const first = await deliver(options, records.slice(0, half), signal)
  const second = await deliver(options, records.slice(half), signal)
  return {
    accepted: first.accepted + second.accepted,
    duplicates: first.duplicates + second.duplicates,
    rejected: [...first.rejected, ...second.rejected],
    postponed: [...first.postponed, ...second.postponed],
  }
}

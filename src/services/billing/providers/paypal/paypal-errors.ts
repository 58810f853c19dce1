import type { ApiError } from '@paypal/paypal-server-sdk'
import type { Metrics } from '#services/kernel/metrics/metrics.js'
import type { Random } from '#services/kernel/random/random.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { inSpan } from '#services/kernel/tracing/span.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { wrongShape } from './response-shapes.js'

/** Makes one call: counted, tried again where that is safe and of use, and its failures said in our words. */
export type CallPayPal = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** PayPal understood and said no, with the names of its reasons. */
export class PayPalRejected extends ProviderRejected {
  constructor(
    message: string,
    objectMissing: boolean,
    readonly issues: readonly string[],
    options: { cause?: unknown } = {},
  ) {
    super(message, objectMissing, options)
  }
}

/** The app of the configured client lacks a permission. It may call everything else. */
export class PayPalNotPermitted extends ProviderUnavailable {}

/** An HTTP response, of either client. */
export interface PayPalResponse {
  readonly statusCode: number
  readonly body: string
}

/** An error response of calls that the SDK lacks. */
export class PayPalHttpError extends Error {
  override readonly name = 'PayPalHttpError'

  constructor(readonly answer: PayPalResponse) {
    super(`PayPal responded with ${answer.statusCode}`)
  }
}

/** An object of that name exists; not a concurrent change. */
export const DUPLICATE = 'DUPLICATE_RESOURCE_IDENTIFIER'

const ATTEMPTS = 3
const FIRST_WAIT_MS = 100

/** Dependencies of a call. */
export interface CallParts {
  readonly metrics: Metrics
  readonly timers: Timers
  readonly random: Random
}

/** Every call has a request ID or is safe to repeat, so a broken call is retried. */
export function callPayPal(parts: CallParts, evictToken: () => void): CallPayPal {
  const { metrics } = parts
  return async (operation, work) => {
    const ended = metrics.providerCallSeconds.startTimer({ provider: 'PAYPAL', operation })
    try {
      const result = await inSpan(`PAYPAL ${operation}`, { 'peer.service': 'paypal' }, () =>
        tryOften(parts, () => checkedWork(operation, work), evictToken),
      )
      metrics.providerCalls.inc({ provider: 'PAYPAL', operation, outcome: 'ok' })
      return result
    } catch (error) {
      metrics.providerCalls.inc({ provider: 'PAYPAL', operation, outcome: (error as Error).name })
      throw error
    } finally {
      ended()
    }
  }
}

/** A response of another shape. The call may be repeated. */
class WrongShape extends Error {
  override readonly name = 'WrongShape'
}

async function checkedWork<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
  const result = await work()
  const wrong = wrongShape(operation, result)
  if (wrong !== null) throw new WrongShape(`PayPal responded to ${operation} with another shape: ${wrong}`)
  return result
}

/** Throws only what the port speaks of. */
async function tryOften<Result>(
  { timers, random }: CallParts,
  work: () => Promise<Result>,
  evictToken: () => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work()
    } catch (error) {
      const { translated, again } = translate(error)
      if (again === 'WITH_NEW_TOKEN') evictToken()
      if (!again || attempt >= ATTEMPTS) throw translated
      await timers.delay(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + random.next()))
    }
}

interface Translated {
  readonly translated: Error
  readonly again: boolean | 'WITH_NEW_TOKEN'
}

function translate(error: unknown): Translated {
  if (error instanceof ProviderRejected || error instanceof ProviderUnavailable)
    return { translated: error, again: false }
  if (error instanceof WrongShape) return unavailable(error.message, error, true)
  const answer = answerOf(error)
  // The connection was closed, the response timed out, or the body was not JSON.
  if (!answer) return unavailable('unexpected response from PayPal', error, !isUnreadable(error))
  const { name, issues, message } = readError(answer.body)
  switch (true) {
    case answer.statusCode === 401:
      return unavailable('PayPal rejected the configured client', error, 'WITH_NEW_TOKEN')
    case answer.statusCode === 403:
      return {
        translated: new PayPalNotPermitted(`PayPal denied the request of the configured client: ${message}`, {
          cause: error,
        }),
        again: false,
      }
    case (answer.statusCode === 409 && !issues.includes(DUPLICATE)) || answer.statusCode === 429:
      return unavailable(`PayPal is busy: ${name}`, error, false)
    case answer.statusCode >= 500 || name === '':
      // A gateway's page, or an empty response, contains no information about the object.
      return unavailable(`PayPal responded with ${answer.statusCode}`, error, answer.statusCode >= 500)
    default:
      return {
        translated: new PayPalRejected(message, isMissing(answer, issues), issues, { cause: error }),
        again: false,
      }
  }
}

const unavailable = (reason: string, cause: unknown, again: Translated['again']): Translated => ({
  translated: new ProviderUnavailable(reason, { cause }),
  again,
})

const isMissing = ({ statusCode }: PayPalResponse, issues: readonly string[]): boolean =>
  statusCode === 404 || issues.includes('INVALID_RESOURCE_ID')

function answerOf(error: unknown): PayPalResponse | null {
  if (error instanceof PayPalHttpError) return error.answer
  // Only the SDK's errors of a response have a status. Its class is not at hand: the SDK is loaded at the first call.
  const { statusCode, body } = Object(error) as Partial<ApiError>
  return statusCode === undefined ? null : { statusCode, body: typeof body === 'string' ? body : '' }
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof SyntaxError || (error as Error | null)?.name === 'ResponseValidationError'

/** PayPal's error: a name, details with issues, and for the token an `error` of OAuth's. */
function readError(body: string): { name: string; issues: string[]; message: string } {
  try {
    const read = JSON.parse(body) as {
      name?: string
      error?: string
      message?: string
      error_description?: string
      details?: { issue?: string; description?: string; field?: string }[]
    }
    const details = read.details ?? []
    const name = read.name ?? read.error ?? ''
    const said = details.map(({ issue, field, description }) => [issue, field, description].filter(Boolean).join(' '))
    return {
      name,
      issues: details.flatMap(({ issue }) => issue ?? []),
      message: [name, ...(said.length > 0 ? said : [read.message ?? read.error_description ?? ''])].join(': '),
    }
  } catch {
    return { name: '', issues: [], message: '' }
  }
}

export async function orNull<Result>(call: Promise<Result>): Promise<Result | null> {
  return call.catch((error: unknown) => {
    if (error instanceof ProviderRejected && error.objectMissing) return null
    throw error
  })
}

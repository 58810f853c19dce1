import { Stripe } from 'stripe'
import type { Metrics } from '#services/kernel/metrics/metrics.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { inSpan } from '#services/kernel/tracing/span.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { wrongShape } from './response-shapes.js'

/** Makes one call: counted, and its failures said in our words. */
export type CallStripe = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** Dependencies of a call. */
export interface CallParts {
  readonly metrics: Metrics
  readonly timers: Timers
}

/** Runs a call and says in our words what went wrong. A missing object is null, where the call allows it. */
export async function callStripe<Result>(
  { metrics, timers }: CallParts,
  operation: string,
  call: () => Promise<Result>,
): Promise<Result> {
  const ended = metrics.providerCallSeconds.startTimer({ provider: 'STRIPE', operation })
  try {
    const result = await inSpan(`STRIPE ${operation}`, { 'peer.service': 'stripe' }, () =>
      callChecked(timers, operation, call),
    )
    metrics.providerCalls.inc({ provider: 'STRIPE', operation, outcome: 'ok' })
    return result
  } catch (error) {
    const translated = translate(error)
    metrics.providerCalls.inc({ provider: 'STRIPE', operation, outcome: translated.name })
    throw translated
  } finally {
    ended()
  }
}

const ATTEMPTS = 3
const PAUSE_MS = 200

/** Repeats a call whose response has another shape: such calls are reads or carry an idempotency key. */
async function callChecked<Result>(timers: Timers, operation: string, call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await call()
    if (isNonsense(result)) throw new ProviderUnavailable('Stripe returned an unknown object')
    const wrong = wrongShape(operation, result)
    if (wrong === null) return result
    if (attempt >= ATTEMPTS)
      throw new ProviderUnavailable(`Stripe responded to ${operation} with another shape: ${wrong}`)
    await timers.delay(PAUSE_MS * attempt)
  }
}

/** The SDK accepts a gateway's 404 or an empty JSON as a response; objects of Stripe have a type. */
function isNonsense(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('lastResponse' in result)) return false
  const { object, lastResponse } = result as { object?: unknown; lastResponse?: { statusCode?: number } }
  return typeof object !== 'string' || (lastResponse?.statusCode ?? 200) >= 400
}

export async function orNull<Result>(call: Promise<Result>): Promise<Result | null> {
  return call.catch((error: unknown) => {
    if (error instanceof ProviderRejected && error.objectMissing) return null
    throw error
  })
}

function translate(error: unknown): Error {
  const { errors } = Stripe
  // Another call locks the object or the idempotency key: the same request succeeds later.
  if (error instanceof errors.StripeError && (error.statusCode === 409 || error.code === 'lock_timeout'))
    return new ProviderUnavailable(`Stripe is busy with the same object: ${error.code ?? error.type}`, { cause: error })
  // A connected account that does not exist, or is not ours, is answered like a missing right; the key itself is sound.
  if (error instanceof errors.StripeError && error.code === 'account_invalid')
    return new ProviderRejected(error.message, true, { cause: error })
  if (
    error instanceof errors.StripeInvalidRequestError ||
    error instanceof errors.StripeIdempotencyError ||
    error instanceof errors.StripeCardError
  )
    return new ProviderRejected(error.message, error.code === 'resource_missing', {
      cause: error,
      declined: error instanceof errors.StripeCardError,
      ...(isAboutDiscounts(error.param) ? { about: 'PROMOTION' as const } : {}),
      ...(error.code === 'tax_id_invalid' ? { about: 'TAX_ID' as const } : {}),
    })
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError)
    return new ProviderUnavailable('Stripe rejected the configured key', { cause: error })
  if (error instanceof errors.StripeError)
    return new ProviderUnavailable(`unexpected response from Stripe: ${error.type}`, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}

/** True for the parameter `discounts` of an object or of a phase of its schedule. */
const isAboutDiscounts = (param: string | undefined): boolean => /^(?:phases\[\d+\]\[)?discounts\b/.test(param ?? '')

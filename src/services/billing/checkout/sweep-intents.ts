import { sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { BillingContext } from '../model/billing-context.js'
import { listUnresolvedIntents } from './checkout.sql.js'
import { transitionCheckout } from './transition-checkout.js'
import { createProviderCheckout } from './create-provider-checkout.js'

/** Longer than any running call with its retries. */
const UNKNOWN_AFTER_SECONDS = 60

/**
 * Resolves unknown results of a crash or of a provider that did not respond: the same request under the same key
 * returns the result.
 */
export function startIntentSweeper(context: BillingContext): BackgroundJob {
  return runPeriodically(context, 30_000, 'checkout intents', (isStopping) =>
    sweepIntents(context, UNKNOWN_AFTER_SECONDS, isStopping),
  )
}

export const sweepIntents = (
  context: BillingContext,
  olderThanSeconds = UNKNOWN_AFTER_SECONDS,
  isStopping?: () => boolean,
): Promise<number> =>
  sweepAll(
    (after, limit) => context.database.rows(listUnresolvedIntents, { olderThanSeconds, after, limit }),
    (checkout) => resolveIntent(context, checkout),
    isStopping,
  )

async function resolveIntent(context: BillingContext, checkout: CheckoutRow): Promise<void> {
  const { query } = context.database
  const account = await query
    .selectFrom('account')
    .selectAll()
    .where('id', '=', checkout.accountId)
    .executeTakeFirstOrThrow()
  const customer = await query
    .selectFrom('billing_customer')
    .select(['email', 'name'])
    .where('accountId', '=', checkout.accountId)
    .where('provider', '=', checkout.provider)
    .executeTakeFirst()
  if (checkout.challengeId) await createProviderCheckout(context, account, { email: '', name: null }, checkout)
  else if (customer) await createProviderCheckout(context, account, customer, checkout)
  else
    await transitionCheckout(context, checkout.id, 'EXPIRED', {
      statusReason: 'the request did not reach the provider',
    })
}

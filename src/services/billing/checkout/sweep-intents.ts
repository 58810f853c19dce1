import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { BillingContext } from '../billing-context.js'
import type { Payer } from '../customers/ensure-customer.js'
import { transitionCheckout } from './transition-checkout.js'
import { createProviderCheckout } from './create-provider-checkout.js'

/** Longer than any running call with its retries. */
const UNKNOWN_AFTER_SECONDS = 60

/**
 * Resolves unknown results of a crash or of a provider that did not respond: the same request under the same key
 * returns the result.
 */
export function startIntentSweeper(context: BillingContext): BackgroundJob {
  return runPeriodically(context, 30_000, 'checkout intents', () => sweepIntents(context))
}

export async function sweepIntents(context: BillingContext, olderThanSeconds = UNKNOWN_AFTER_SECONDS): Promise<number> {
  const intents = await context.database.rows<CheckoutRow>(
    `select * from checkout where status = 'CREATING' and recorded_at < now() - make_interval(secs => $1) order by id limit 100`,
    [olderThanSeconds],
  )
  for (const checkout of intents) await resolveIntent(context, checkout)
  return intents.length
}

async function resolveIntent(context: BillingContext, checkout: CheckoutRow): Promise<void> {
  const account = await context.database.row<AccountRow>(`select * from account where id = $1`, [checkout.accountId])
  const customer = await context.database.row<Payer>(
    `select email, name from billing_customer where account_id = $1 and provider = $2`,
    [checkout.accountId, checkout.provider],
  )
  if (customer) await createProviderCheckout(context, account!, customer, checkout)
  else
    await transitionCheckout(context, checkout.id, 'EXPIRED', {
      statusReason: 'the request did not reach the provider',
    })
}

import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from './billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { SubscriptionEnd } from '../providers/subscription-port.js'

/**
 * Ends a subscription and its entitlements immediately, regardless of the paid period. Recorded before the provider is
 * called, so that the end is not mistaken for another one.
 */
export async function endImmediately(
  context: Pick<BillingContext, 'database' | 'clock'>,
  port: PaymentPort,
  request: Omit<SubscriptionEnd, 'at'> & { readonly accountId: string },
): Promise<void> {
  const { accountId, ...end } = request
  await context.database.query
    .insertInto('requested_cancellation')
    .values({ provider: port.provider, externalId: end.externalId, accountId, requestedAt: context.clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await port.endSubscription({ ...end, at: 'NOW' })
}

/** True if we asked the provider to end a subscription of an account immediately. */
export async function isEndRequested(
  sql: Sql,
  accountId: string,
  provider: ProviderName,
  externalId: string,
): Promise<boolean> {
  const found = await sql.query
    .selectFrom('requested_cancellation')
    .select('externalId')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .executeTakeFirst()
  return found !== undefined
}

import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../model/port.js'
import { syncSubscription } from './sync-subscription.js'

/** Tables of what a subscription gives until the end of a period. */
type GivenTable = 'plan_assignment' | 'package_assignment' | 'template_ownership'

/**
 * Handler that reads the subscription of an entitlement from the provider before the entitlement expires, because the event of a renewal can be
 * missing: a restored backup does not have it. An unavailable provider delays the end.
 */
export const readGiver =
  (table: GivenTable) =>
  async ({ key }: Pick<ScheduledJobRow, 'key'>, context: BillingContext): Promise<void> => {
    const { query } = context.database
    const given = await query
      .selectFrom(table)
      .select(['accountId', 'sourceId'])
      .where('id', '=', key)
      .where('sourceType', '=', 'subscription')
      .where('endedAt', 'is', null)
      .executeTakeFirst()
    if (!given) return
    for (const giver of ['billing_subscription', 'product_subscription'] as const) {
      const found = await query
        .selectFrom(giver)
        .select(['provider', 'externalId'])
        .where('id', '=', given.sourceId)
        .where('accountId', '=', given.accountId)
        .executeTakeFirst()
      if (found) await readBeforeEnd(context, found)
    }
  }

/**
 * Reads a subscription from the provider before something ends because no payment of it is known. What a provider does not have, or is no
 * longer configured for, ends without that.
 */
export async function readBeforeEnd(
  context: BillingContext,
  { provider, externalId }: { readonly provider: ProviderName; readonly externalId: string },
): Promise<void> {
  if (!context.providers[provider]) return
  try {
    await syncSubscription(context, provider, externalId)
  } catch (error) {
    if (!(error instanceof UnprocessableEvent || error instanceof DeferredEvent)) throw error
    context.log.warn({ err: error, subscription: externalId }, 'subscription could not be read before its end')
  }
}

import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { BillingContext } from '../model/billing-context.js'
import { nextFence } from '../model/fetch-fence.js'
import type { ProviderName } from '../providers/provider-name.js'
import { syncSubscription } from './sync-subscription.js'

/** Tables of subscriptions, by the table of what they give until the end of a period. */
const GIVERS = {
  plan_assignment: 'billing_subscription',
  package_assignment: 'billing_subscription',
  template_ownership: 'product_subscription',
} as const

/**
 * Handler that reads the subscription of an entitlement from the provider before the entitlement expires, because the event of a renewal can be
 * missing: a restored backup does not have it. An unavailable provider delays the end.
 */
export const readGiver =
  (table: keyof typeof GIVERS) =>
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
    const found = await query
      .selectFrom(GIVERS[table])
      .select(['provider', 'externalId'])
      .where('id', '=', given.sourceId)
      .where('accountId', '=', given.accountId)
      .executeTakeFirst()
    if (found) await readBeforeEnd(context, found)
  }

/**
 * Reads a subscription from the provider before something ends because no payment of it is known. What the provider does not have, has ended, or is
 * no longer configured for ends without that. A subscription that runs there and cannot be read here delays the end: its customer may have paid.
 */
export async function readBeforeEnd(
  context: BillingContext,
  { provider, externalId }: { readonly provider: ProviderName; readonly externalId: string },
): Promise<void> {
  const port = context.providers[provider]
  if (!port) return
  const fence = await nextFence(context.database)
  const fetched = await port.fetchSubscription(externalId)
  if (!fetched) return
  try {
    await syncSubscription(context, port, externalId, { read: { fence, fetched } })
  } catch (error) {
    const cannotBeRead = error instanceof UnprocessableEvent || error instanceof DeferredEvent
    if (!cannotBeRead || !TERMINAL_STATUSES.includes(fetched.status)) throw error
    context.log.error({ err: error, subscription: externalId }, 'ended subscription could not be read')
  }
}

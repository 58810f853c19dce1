import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import type { Transaction } from '../../../kernel/database/database.js'
import { scheduleDue } from '../../../kernel/due/schedule-due.js'
import type { BillingContext } from '../../billing-context.js'

/** The due kind of the moment at which the provider is told of a planned change; its key is the change's id. */
export const TELL_CHANGE = 'subscription.tell_change'

/**
 * How long before the period's end the provider is told. An end needs an hour: charging has stopped already. Another interval has a day,
 * so that an outage of some hours costs nothing; until it takes effect nothing else can be changed.
 */
const LEAD_MS = { END: 3_600_000, INTERVAL: 86_400_000 }

/** Schedules that the provider is told of a planned change: now, or shortly before the period ends where it would act at once. */
export async function scheduleTell(
  context: Pick<BillingContext, 'catalog' | 'clock'>,
  transaction: Transaction,
  change: SubscriptionChangeRow,
): Promise<void> {
  const { id: key, accountId } = change
  await scheduleDue(transaction, { kind: TELL_CHANGE, key, accountId, dueAt: tellAt(context, change) })
}

function tellAt(
  { catalog, clock }: Pick<BillingContext, 'catalog' | 'clock'>,
  { kind, effectiveAt, fromPriceId, toPriceId }: SubscriptionChangeRow,
): Date {
  if (kind === 'CANCEL') return new Date(effectiveAt.getTime() - LEAD_MS.END)
  const { priceById } = catalog.current()
  const sameInterval = priceById.get(fromPriceId ?? '')?.interval === priceById.get(toPriceId ?? '')?.interval
  return sameInterval ? clock.now() : new Date(effectiveAt.getTime() - LEAD_MS.INTERVAL)
}

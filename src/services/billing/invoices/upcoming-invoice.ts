import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { isPaused } from '../model/is-paused.js'
import { createSharedReads } from '../providers/shared-reads.js'
import type { NextInvoice } from '../providers/subscription-port.js'

/** Reasons why a subscription has no next invoice. */
export type NoUpcomingInvoiceReason = 'ENDED' | 'ENDS_FIRST' | 'PAUSED' | 'INCOMPLETE' | 'NOT_PLANNED'

export type UpcomingInvoice =
  | { readonly kind: 'invoice'; readonly invoice: NextInvoice }
  | { readonly kind: 'none'; readonly reason: NoUpcomingInvoiceReason }

/** A subscription and what its next invoice depends on. */
export interface BilledSubscription {
  readonly row: BillingSubscriptionRow
  readonly items: readonly Pick<SubscriptionItemRow, 'currentPeriodEnd'>[]
  /** ID of a change for the end of the period. Null without one. */
  readonly scheduledChangeId: string | null
}

const readNext = createSharedReads<NextInvoice | null>()

/**
 * The next invoice of a subscription from its provider, at most ten seconds old.
 * @throws ProviderUnavailable if the provider does not respond in time
 */
export async function upcomingInvoice(
  context: BillingContext,
  subscription: BilledSubscription,
): Promise<UpcomingInvoice> {
  const { row, scheduledChangeId } = subscription
  await requireAccount(context, row.accountId, 'billing:read')
  const reason = reasonAgainst(subscription)
  if (reason) return { kind: 'none', reason }
  const port = providerOf(context, row.provider)
  const scheduled = scheduledChangeId !== null && port.abilities.schedulesChanges
  // Another fetch of the subscription can mean another invoice.
  const key = [row.externalId, row.fence, scheduledChangeId].join(' ')
  const invoice = await readNext(port, context.timers, key, () =>
    port.previewNextInvoice({ externalId: row.externalId, scheduled }),
  )
  return invoice ? { kind: 'invoice', invoice } : { kind: 'none', reason: 'NOT_PLANNED' }
}

/** Pure: the reason if our copy shows that no invoice follows. Otherwise the provider decides. */
export function reasonAgainst({
  row: { status, cancelAt, pause },
  items,
}: Pick<BilledSubscription, 'items'> & {
  readonly row: Pick<BillingSubscriptionRow, 'status' | 'cancelAt' | 'pause'>
}): NoUpcomingInvoiceReason | null {
  if (TERMINAL_STATUSES.includes(status)) return 'ENDED'
  if (isPaused({ pause })) return 'PAUSED'
  if ((status === 'PAUSED' && !pause) || status === 'INCOMPLETE') return status
  // A monthly add-on is billed until a yearly plan ends.
  const renewsBefore = items.some(({ currentPeriodEnd: end }) => !cancelAt || (end !== null && end < cancelAt))
  return renewsBefore ? null : 'ENDS_FIRST'
}

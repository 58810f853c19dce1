import type { ProductSubscriptionRow } from '#entities/billing/product-subscription.entity.js'
import { ENTITLING_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { recordRecurringPeriod, timeOfChange } from './record-recurring-period.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'
import { scheduleDuplicateSubscriptionRefund } from '../model/is-duplicate.js'
import { assertMatchesCheckout, isHeldBack, type SubscriptionSync } from '../model/originating-checkout.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'

export type ProductSubscriptionEvent =
  | 'product.subscribed'
  | 'product.renewed'
  | 'product.updated'
  | 'product.unsubscribed'

/**
 * Applies a subscription to something other than a plan: updates the row, the entitlement and the events under the
 * account lock.
 */
export async function projectProductSubscription(
  context: BillingContext,
  transaction: Transaction,
  update: SubscriptionUpdate,
  options: SubscriptionSync,
): Promise<string[]> {
  const {
    accountId,
    fetched,
    provider,
    ours: { checkout: purchased },
  } = update
  const previous = await transaction.query
    .selectFrom('product_subscription')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', fetched.externalId)
    .executeTakeFirst()
  if (previous && previous.fence > update.fence) return []
  if (!previous && !purchased)
    throw new UnprocessableEvent(
      `subscription ${fetched.externalId} is to no plan, and no checkout of ours asked for it`,
    )
  if (!previous && purchased && isHeldBack(purchased))
    return [`subscription ${fetched.externalId} grants nothing: an operator decides about its checkout`]
  if (!previous && purchased) assertMatchesCheckout(context.catalog.current(), update, purchased, options)
  const next = await write(transaction, update, {
    id: previous?.id ?? transaction.newId('psu'),
    packageVersionId: previous?.packageVersionId ?? purchased?.packageVersionId ?? null,
    productId: previous?.productId ?? productOf(context, update),
  })
  // A product subscription has no period start of its own: it ends and begins with its status.
  const read = { previous: previous ? { ...previous, currentPeriodStart: null } : null, fetched }
  const projected = { status: next.status, currentPeriodStart: null, trialEnd: fetched.trialEnd }
  await recordRecurringPeriod(transaction, next, timeOfChange({ ...read, next: projected }, context.clock.now()))
  const decided = decideProductEvent(previous ?? null, next)
  if (decided === null && !options.repairs) return []
  const followed = await applyProductSubscription(context, transaction, next)
  const event = decided ?? (followed === 'changed' ? 'product.updated' : null)
  if (event === null) return []
  await publish(context, transaction, next, event, followed === 'changed')
  if (followed === 'duplicate') return scheduleDuplicateSubscriptionRefund(context, transaction, update)
  return [`${event} ${next.id} of ${accountId}`]
}

const entitles = ({ status }: Pick<ProductSubscriptionRow, 'status'>): boolean => ENTITLING_STATUSES.includes(status)

/** Pure: event for the change of a subscription. Null if nothing changed. */
export function decideProductEvent(
  previous: ProductSubscriptionRow | null,
  next: ProductSubscriptionRow,
): ProductSubscriptionEvent | null {
  const was = previous !== null && entitles(previous)
  const is = entitles(next)
  if (is && !was) return 'product.subscribed'
  if (was && !is) return 'product.unsubscribed'
  if (!previous) return 'product.updated'
  const time = (moment: Date | null) => moment?.getTime() ?? 0
  if (is && time(next.currentPeriodEnd) > time(previous.currentPeriodEnd)) return 'product.renewed'
  const same =
    previous.status === next.status &&
    previous.quantity === next.quantity &&
    time(previous.cancelAt) === time(next.cancelAt) &&
    time(previous.currentPeriodEnd) === time(next.currentPeriodEnd)
  return same ? null : 'product.updated'
}

function productOf(context: BillingContext, { items, fetched }: SubscriptionUpdate): string {
  const productId = context.catalog.current().priceById.get(items[0]?.priceId ?? '')?.productId
  if (!productId) throw new UnprocessableEvent(`subscription ${fetched.externalId} is for nothing of this catalog`)
  return productId
}

async function write(
  transaction: Transaction,
  { accountId, provider, fence, fetched, items }: SubscriptionUpdate,
  known: { readonly id: string; readonly packageVersionId: string | null; readonly productId: string },
): Promise<ProductSubscriptionRow> {
  const [item] = items
  const copied = {
    priceId: item!.priceId,
    quantity: item!.quantity,
    status: fetched.status,
    currentPeriodEnd: item!.currentPeriodEnd,
    cancelAt: fetched.cancelAt,
    fence,
  }
  return transaction.query
    .insertInto('product_subscription')
    .values({ ...known, accountId, provider, externalId: fetched.externalId, startedAt: fetched.startedAt, ...copied })
    .onConflict((conflict) => conflict.constraint('product_subscription_external').doUpdateSet(copied))
    .returningAll()
    .executeTakeFirstOrThrow()
}

const SUMMARIES: Record<ProductSubscriptionEvent, string> = {
  'product.subscribed': 'is subscribed to',
  'product.renewed': 'was renewed',
  'product.updated': 'has changed',
  'product.unsubscribed': 'has ended',
}

async function publish(
  context: BillingContext,
  transaction: Transaction,
  subscription: ProductSubscriptionRow,
  event: ProductSubscriptionEvent,
  changesEntitlements: boolean,
): Promise<void> {
  const at = context.clock.now()
  const product = context.catalog.current().productById.get(subscription.productId)
  const { accountId, status, currentPeriodEnd, quantity } = subscription
  const data = {
    subscriptionId: subscription.externalId,
    product: product?.code ?? null,
    externalId: product?.externalId ?? null,
    status,
    currentPeriodEnd,
    quantity,
  }
  await recordAccountEvent(transaction, accountId, at, {
    type: event,
    summary: `${product?.name ?? 'A product'} ${SUMMARIES[event]}.`,
    subject: { __typename: 'Product', id: subscription.productId },
    changesEntitlements,
    data,
  })
  await writeOutbox(transaction, {
    type: event,
    accountId,
    payload: data,
    at,
    requestId: context.requestId,
  })
}

/** Applies the status of a product subscription to its entitlements. */
async function applyProductSubscription(
  context: BillingContext,
  transaction: Transaction,
  subscription: ProductSubscriptionRow,
): Promise<FulfillmentResult> {
  switch (context.catalog.current().productById.get(subscription.productId)?.type) {
    case 'TEMPLATE':
      return context.fulfillments.TEMPLATE.applySubscription(context, transaction, subscription)
    default:
      return 'unchanged'
  }
}

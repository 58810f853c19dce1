import { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { ChangeOutcome, LineItemChange } from '../subscription-port.js'
import { DISCOUNT_EXPAND } from './read-discounts.js'
import { idOf } from './read-objects.js'

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** Metadata that marks free time before a subscription takes another one's place; `readSubscription` does not take it for a trial. */
export const DEFERRED_UNTIL = 'deferred_until'

/**
 * Changes lines now so that nothing is granted before it is paid: a change that costs something waits as Stripe's pending update until
 * its invoice is paid. One that failed is voided, and the pending update with it.
 */
export async function changeStripeLines(client: Stripe, call: Call, request: LineItemChange): Promise<ChangeOutcome> {
  const discounts =
    request.promotion &&
    withPromotion(await discountsOfSubscription(client, call, request.externalId), request.promotion)
  try {
    const subscription = await call('subscriptions.update', () =>
      client.subscriptions.update(
        request.externalId,
        { ...changeParameters(request), ...(discounts ? { discounts } : {}), expand: ['latest_invoice.payments'] },
        { idempotencyKey: request.idempotencyKey },
      ),
    )
    return subscription.pending_update ? await whatIsPending(client, call, subscription) : { kind: 'APPLIED' }
  } catch (error) {
    if (error instanceof ProviderRejected && error.cause instanceof Stripe.errors.StripeCardError)
      return { kind: 'DECLINED', reason: error.message }
    throw error
  }
}

/** The present discounts of a subscription with their coupons. */
export async function discountsOfSubscription(
  client: Stripe,
  call: Call,
  externalId: string,
): Promise<Stripe.Discount[]> {
  const { discounts } = await call('subscriptions.retrieve', () =>
    client.subscriptions.retrieve(externalId, { expand: DISCOUNT_EXPAND }),
  )
  return discounts.filter((discount) => typeof discount !== 'string')
}

/** Discounts and a promotion code. A repeated call does not count the discount of the first one. */
export function withPromotion(
  present: readonly Stripe.Discount[],
  promotion: { readonly externalId: string } | null,
): ({ discount: string } | { promotion_code: string })[] {
  const kept = present.filter((discount) => !promotion || idOf(discount.promotion_code) !== promotion.externalId)
  return [...kept.map(({ id }) => ({ discount: id })), ...(promotion ? [{ promotion_code: promotion.externalId }] : [])]
}

/** Writes lines now without proration: nothing is charged and nothing is credited. */
export async function writeStripeLines(
  client: Stripe,
  call: Call,
  { externalId, lines, idempotencyKey }: Pick<LineItemChange, 'externalId' | 'lines' | 'idempotencyKey'>,
): Promise<ChangeOutcome> {
  const items = itemParameters({ lines })
  await call('subscriptions.update', () =>
    client.subscriptions.update(externalId, { items, proration_behavior: 'none' }, { idempotencyKey }),
  )
  return { kind: 'APPLIED' }
}

async function whatIsPending(client: Stripe, call: Call, subscription: Stripe.Subscription): Promise<ChangeOutcome> {
  const invoice = subscription.latest_invoice
  if (!invoice || typeof invoice === 'string')
    return { kind: 'DECLINED', reason: 'The provider created no invoice for this change.' }
  const intentId = idOf(invoice.payments?.data[0]?.payment.payment_intent)
  const intent = intentId && (await call('paymentIntents.retrieve', () => client.paymentIntents.retrieve(intentId)))
  if (intent && intent.status === 'succeeded') return { kind: 'APPLIED' }
  if (intent && intent.status === 'requires_action' && invoice.hosted_invoice_url)
    return { kind: 'CONFIRM', actionUrl: invoice.hosted_invoice_url, hours: null }
  await call('invoices.void', () => client.invoices.voidInvoice(invoice.id))
  return { kind: 'DECLINED', reason: (intent && intent.last_payment_error?.message) || 'The payment failed.' }
}

/** The lines in Stripe's words, for the change and its preview alike. */
export function itemParameters({ lines }: Pick<LineItemChange, 'lines'>) {
  return lines.map((line) => ({
    ...(line.externalId ? { id: line.externalId } : {}),
    ...(line.quantity === 0 ? { deleted: true as const } : { price: line.priceExternalId, quantity: line.quantity }),
  }))
}

/** Flexible billing mode keeps the billing date unless a new period is requested. */
export const newPeriod = ({
  restartsPeriod,
}: Pick<LineItemChange, 'restartsPeriod'>): { billing_cycle_anchor?: { type: 'now' } } =>
  restartsPeriod ? { billing_cycle_anchor: { type: 'now' } } : {}

/** Ends the trial now and charges the first period immediately. */
export const END_OF_TRIAL = { trial_end: 'now', proration_behavior: 'always_invoice' } as const

/** Stripe counts seconds. */
export const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000)

function changeParameters(request: LineItemChange): Stripe.SubscriptionUpdateParams {
  const items = itemParameters(request)
  const waiting = request.isInvoiced ? {} : ({ payment_behavior: 'pending_if_incomplete' } as const)
  if (request.trial?.kind === 'CONTINUES')
    return {
      items,
      proration_behavior: 'none',
      ...(request.trial.until ? { trial_end: seconds(request.trial.until) } : {}),
    }
  if (request.trial) return { items, ...END_OF_TRIAL, ...waiting }
  if (request.withoutCredit)
    return request.restartsPeriod
      ? { items, proration_behavior: 'none', ...waiting, ...newPeriod(request) }
      : { items, proration_behavior: 'none' }
  return {
    items,
    proration_behavior: 'always_invoice',
    proration_date: seconds(request.asOf),
    ...newPeriod(request),
    ...waiting,
  }
}

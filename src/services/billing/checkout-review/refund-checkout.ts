import type { RefundCheckoutArgs } from '#schema/billing/checkout-review.type.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { transitionCheckout } from '#services/billing/checkout/transition-checkout.js'
import type { FetchedPayment } from '#services/billing/providers/payments-port.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { recordAcceptance } from '../reconciliation/money/accepted-drift.js'
import { currentCheckout, decideCheckoutByOperator } from './resolve-checkout.js'

/**
 * Returns the payment of a quarantined checkout in full and ends its subscription at the provider. The checkout is `FAILED` then; one
 * that was approved and not collected costs its buyer nothing.
 */
export async function refundCheckout(
  context: BillingContext,
  input: RefundCheckoutArgs,
): Promise<CheckoutRow | Denied> {
  const checkout = await decideCheckoutByOperator(context, input, 'REFUNDED')
  if ('kind' in checkout) return checkout
  const { status, sessionId, provider } = checkout
  if (status !== 'QUARANTINED' || !sessionId) return checkout
  const port = context.providers[provider]
  if (!port) return denied(refused('PROVIDER_UNAVAILABLE', `${provider} is not configured on this server.`))
  try {
    const denial = await returnMoney(context, port, { ...checkout, sessionId }, input.reason.trim())
    if (denial) return denial
  } catch (error) {
    if (error instanceof ProviderRejected)
      return denied(refused('PAYMENT_FAILED', `The payment provider rejected the refund: ${error.message}`))
    if (!(error instanceof ProviderUnavailable)) throw error
    return denied(
      refused('PROVIDER_UNAVAILABLE', 'The payment provider does not respond. Repeat the call with the same key.'),
    )
  }
  await transitionCheckout(context, checkout.id, 'FAILED', {
    statusReason: `refunded by an operator: ${input.reason.trim()}`,
  })
  return currentCheckout(context, checkout)
}

async function returnMoney(
  context: BillingContext,
  port: PaymentPort,
  checkout: CheckoutRow & { sessionId: string },
  reason: string,
): Promise<Denied | null> {
  const fetched = await port.fetchCheckout(checkout.sessionId)
  if (!fetched) return null
  const { subscriptionId, invoiceId } = fetched
  const idempotencyKey = `refund-${checkout.id}`
  if (subscriptionId) await port.endSubscription({ externalId: subscriptionId, at: 'NOW', reason, idempotencyKey })
  const paymentId = fetched.paymentId ?? (invoiceId ? (await port.fetchInvoice(invoiceId))?.paymentId : null)
  const payment = paymentId ? await port.fetchPayment(paymentId, { history: true }) : null
  if (!payment || payment.status === 'FAILED') return null
  if (payment.status === 'PENDING')
    return denied(refused('INVALID_TRANSITION', 'The payment is still processing. Refund it when it has succeeded.'))
  const amountMinor = remaining(payment)
  if (amountMinor > 0)
    await port.refundPayment({
      ...payment.money,
      paymentId: payment.paymentId,
      refundId: checkout.id,
      amountMinor,
      reason,
    })
  context.log.warn(
    { checkout: checkout.id, amountMinor, by: context.caller.principal },
    'quarantined checkout refunded',
  )
  // The returned payment has no purchase here; runs do not report it.
  const drift = { kind: 'missing_purchase', object: `payment:${payment.paymentId}`, theirs: payment.money }
  await recordAcceptance(context, { provider: port.provider, drift, reason, until: null })
  return null
}

const remaining = ({ money, refunds }: FetchedPayment): number =>
  refunds
    .filter(({ status }) => status === 'PENDING' || status === 'SUCCEEDED')
    .reduce((left, { amountMinor }) => left - amountMinor, money.amountMinor)

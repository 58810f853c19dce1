import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from './billing-context.js'
import { nextFence } from './fetch-fence.js'
import type { FetchedCheckout, PaymentPort } from '../providers/port.js'
import { projectPurchase, type SyncedPayment } from './project-purchase.js'

/** Records the purchase of a one-time checkout. Grants the product before the checkout is published as completed. */
export async function syncCheckoutPayment(
  context: BillingContext,
  port: PaymentPort,
  checkout: CheckoutRow,
  fetched: FetchedCheckout,
): Promise<string[]> {
  const fence = await nextFence(context.database)
  const payment = fetched.paymentId ? await port.fetchPayment(fetched.paymentId) : nothingToPay(context, checkout)
  if (!payment) throw new UnprocessableEvent(`payment ${fetched.paymentId} not found at the provider`)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, checkout.accountId)
    return projectPurchase(context, transaction, {
      provider: checkout.provider,
      fence,
      accountId: checkout.accountId,
      productId: checkout.productId,
      packageVersionId: checkout.packageVersionId,
      checkoutId: checkout.id,
      invoiceId: null,
      subscriptionId: null,
      quantity: checkout.quantity,
      taxMinor: fetched.taxMinor,
      expiresAt: packEnd(context, checkout.packageVersionId, payment.paidAt ?? context.clock.now()),
      payment,
    })
  })
}

/** A credit pack lasts its days from the payment; a template never expires. */
export function packEnd(context: BillingContext, packageVersionId: string | null, paidAt: Date): Date | null {
  const days = context.catalog.current().packageByVersionId.get(packageVersionId ?? '')?.validForDays
  return days ? new Date(paidAt.getTime() + days * 86_400_000) : null
}

const nothingToPay = (context: BillingContext, { currency }: CheckoutRow): SyncedPayment => ({
  paymentId: null,
  status: 'SUCCEEDED',
  money: { amountMinor: 0, currency },
  paidAt: context.clock.now(),
  receiptUrl: null,
  refunds: [],
  disputes: [],
})

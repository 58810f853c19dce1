import { moneyText } from '#services/kernel/text/readable.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from './billing-context.js'
import type { PurchaseEventType } from './decide-purchase.js'

/** Change of a purchase. */
export interface PurchaseEventInput {
  readonly purchase: PurchaseRow
  readonly event: PurchaseEventType
  readonly changesEntitlements: boolean
  /** True if it happened before an import: the account's stream shows it, and nothing follows from it. */
  readonly isHistory: boolean
}

/** Publishes a purchase to the account stream and the outbox. */
export async function publishPurchaseEvent(
  context: BillingContext,
  transaction: Transaction,
  { purchase, event, changesEntitlements, isHistory }: PurchaseEventInput,
): Promise<void> {
  const at = context.clock.now()
  const product = context.catalog.current().productById.get(purchase.productId)
  const data = {
    purchaseId: purchase.id,
    subscriptionId: purchase.subscriptionId,
    product: product?.code ?? null,
    type: product?.type ?? null,
    externalId: product?.externalId ?? null,
    status: purchase.status,
    amountMinor: purchase.amountMinor,
    refundedMinor: purchase.refundedMinor,
    currency: purchase.currency,
    overage: purchase.overage,
  }
  const name = product?.name ?? 'A product'
  await recordAccountEvent(transaction, purchase.accountId, at, {
    type: event,
    summary: summaryOf(event, purchase.overage ? `use of ${name} beyond the allowance` : name, purchase),
    subject: { __typename: 'Purchase', id: purchase.id },
    changesEntitlements,
    data,
  })
  if (isHistory) return
  await writeOutbox(transaction, {
    type: event,
    accountId: purchase.accountId,
    payload: data,
    at,
    requestId: context.requestId,
  })
}

function summaryOf(event: PurchaseEventType, name: string, purchase: PurchaseRow): string {
  const money = (amountMinor: number) => moneyText({ amountMinor, currency: purchase.currency })
  switch (event) {
    case 'purchase.pending':
      return `A payment for ${name} is processing.`
    case 'purchase.paid':
      return `The payment of ${money(purchase.amountMinor)} for ${name} was confirmed.`
    case 'purchase.refunded':
      return `${money(purchase.refundedMinor)} of ${money(purchase.amountMinor)} for ${name} was refunded.`
    case 'purchase.disputed':
      return purchase.overage
        ? `The payment for ${name} is disputed.`
        : `The payment for ${name} is disputed. ${name} is suspended until the bank decides.`
    case 'purchase.charged_back':
      return `The bank charged back the payment for ${name}.`
    case 'purchase.restored':
      return `The payment for ${name} was restored.`
  }
}

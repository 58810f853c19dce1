import type { StoredAddress } from '#entities/identity/account.entity.js'
import type { PurchaseRow, ReceiptBuyer } from '#entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES } from '#entities/billing/refund.entity.js'
import { mailFrameOf } from '#services/catalog/definition/brand.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'
import { dayText } from '#services/kernel/text/readable.js'
import { NO_DETAILS } from '../billing-details/store-details.js'
import type { BillingContext } from '../model/billing-context.js'
import { findPurchase } from '../model/purchase-queries.js'
import { visibleBillingObject } from '../queries/visible-billing.js'
import { hasOwnReceipt, receiptNumberOf } from '../model/own-receipt.js'

/** Content of a receipt. */
export interface Receipt {
  readonly number: string
  readonly paidAt: Date
  readonly seller: { readonly name: string; readonly address: string | null; readonly color: string }
  /** Lines of the name, the address and the tax IDs at the payment. */
  readonly buyer: readonly string[]
  /** The present ones, for a receipt whose font does not have the letters of those at the payment. */
  readonly presentBuyer: readonly string[]
  readonly status: PurchaseRow['status']
  /** The provider's ID of the payment. */
  readonly paymentId: string
  readonly item: {
    readonly description: string
    readonly quantity: number
    /** Null if the amount is no multiple of it. */
    readonly unitPrice: Money | null
    /** Without tax. */
    readonly amount: Money
  }
  readonly tax: Money
  readonly total: Money
  /** Money that went back to the buyer, oldest first. */
  readonly returned: readonly { readonly text: string; readonly amount: Money }[]
  /** The total without the returned money. */
  readonly balance: Money
  readonly note: string | null
}

/** Reads the receipt of a payment. Not found for callers that cannot read the billing of its account. */
export async function readReceipt(context: BillingContext, purchaseId: string): Promise<Receipt> {
  requireSignedIn(context)
  const { database, catalog } = context
  const purchase = await visibleBillingObject(context, await findPurchase(database, purchaseId))
  if (!purchase || !hasOwnReceipt(purchase)) throw new AppError('NOT_FOUND', 'Receipt not found.')
  const { accountId, currency, amountMinor, taxMinor, quantity, refundedMinor, reversedMinor } = purchase
  const [account, period, refunds] = await Promise.all([
    database.query
      .selectFrom('account')
      .select(['name', 'billingDetails'])
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow(),
    paidPeriod(context, purchase),
    database.query
      .selectFrom('refund')
      .select(['amountMinor', 'createdAt', 'status'])
      .where('purchaseId', '=', purchase.id)
      .where('accountId', '=', accountId)
      .where('status', 'in', STANDING_REFUND_STATUSES)
      .orderBy('createdAt')
      .execute(),
  ])
  const money = (minor: number): Money => ({ amountMinor: minor, currency })
  const present = { name: account.name, details: account.billingDetails }
  const buyer = purchase.receiptBuyer ?? present
  const net = amountMinor - taxMinor
  const { brand, productById } = catalog.current()
  const { name, address, light } = mailFrameOf(brand)
  const product = productById.get(purchase.productId)!.name
  const chargedBack = reversedMinor - refundedMinor
  return {
    number: receiptNumberOf(purchase),
    paidAt: purchase.purchasedAt,
    seller: { name, address, color: light.filled },
    buyer: buyerLines(buyer),
    presentBuyer: buyerLines(present),
    status: purchase.status,
    paymentId: purchase.paymentId ?? purchase.id,
    item: {
      description: period ?? product,
      quantity,
      unitPrice: net % quantity === 0 ? money(net / quantity) : null,
      amount: money(net),
    },
    tax: money(taxMinor),
    total: money(amountMinor),
    returned: [
      ...refunds.map((refund) => ({
        text: `Refund of ${dayText(refund.createdAt)}${refund.status === 'SUCCEEDED' ? '' : ', pending'}`,
        amount: money(-refund.amountMinor),
      })),
      ...(chargedBack > 0 ? [{ text: 'Returned after a dispute', amount: money(-chargedBack) }] : []),
    ],
    balance: money(amountMinor - refunds.reduce((sum, refund) => sum + refund.amountMinor, 0) - chargedBack),
    note:
      taxMinor === 0 && buyer.details?.taxExemption === 'REVERSE_CHARGE'
        ? 'Reverse charge: the recipient owes the tax.'
        : null,
  }
}

/** Plan, interval and period that a payment of a subscription is for. Null for another payment. The quantity has a column of its own. */
async function paidPeriod(
  { database }: BillingContext,
  { accountId, provider, invoiceId }: PurchaseRow,
): Promise<string | null> {
  if (!invoiceId) return null
  const invoice = await database.query
    .selectFrom('invoice')
    .select('lines')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', invoiceId)
    .executeTakeFirst()
  return invoice?.lines[0]?.description.replace(/^\d+ × /, '') ?? null
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' })

function buyerLines({ name: accountName, details }: ReceiptBuyer): string[] {
  const { name, address, taxIds } = details ?? NO_DETAILS
  return [
    name ?? accountName,
    ...(address ? addressLines(address) : []),
    ...taxIds.map(({ type, value }) => `${type.toUpperCase().replaceAll('_', ' ')} ${value}`),
  ]
}

const addressLines = ({ line1, line2, city, postalCode, region, country }: StoredAddress): string[] =>
  [line1, line2, [postalCode, city].filter(Boolean).join(' '), region, COUNTRIES.of(country) ?? country].filter(
    (line): line is string => !!line,
  )

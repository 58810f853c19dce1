import type { StoredAddress } from '#entities/identity/account.entity.js'
import type { PurchaseRow, ReceiptBuyer } from '#entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES } from '#entities/billing/refund.entity.js'
import { mailFrameOf } from '#services/catalog/definition/brand.js'
import { callerLocale } from '#services/identity/members/page-language.js'
import { requirePersonalData } from '#services/identity/model/personal-data.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'
import { NO_DETAILS } from '../customers/store-details.js'
import type { BillingContext } from '../model/billing-context.js'
import { findPurchase } from '../model/purchase-queries.js'
import { visibleBillingObject } from '../queries/visible-billing.js'
import { hasOwnReceipt, receiptNumberOf } from '../model/own-receipt.js'

/** A buyer as a receipt names it. */
interface Buyer {
  /** Name, address and tax IDs. */
  readonly lines: readonly string[]
  readonly purchaseOrder: string | null
}

/** Content of a receipt. */
export interface Receipt {
  /** BCP 47 tag of the reader. */
  readonly locale: string
  readonly number: string
  readonly paidAt: Date
  readonly seller: { readonly name: string; readonly address: string | null; readonly color: string }
  /** The buyer at the payment. */
  readonly buyer: Buyer
  /** The present one, for a receipt whose font does not have the letters of that at the payment. */
  readonly presentBuyer: Buyer
  readonly status: PurchaseRow['status']
  /** The provider's ID of the payment. */
  readonly paymentId: string
  readonly item: {
    readonly name: string
    /** Period of a subscription. Null for another payment. */
    readonly period: { readonly start: Date; readonly end: Date } | null
    readonly quantity: number
    /** Null if the amount is no multiple of it. */
    readonly unitPrice: Money | null
    /** Without tax. */
    readonly amount: Money
  }
  readonly tax: Money
  readonly total: Money
  /** Oldest first. */
  readonly refunds: readonly { readonly at: Date; readonly isPending: boolean; readonly amount: Money }[]
  /** Null without a lost dispute. */
  readonly chargedBack: Money | null
  /** The total without the returned money. */
  readonly balance: Money
  readonly reverseCharge: boolean
}

/**
 * Reads the receipt of a payment. Not found for callers that cannot read the billing of its account; forbidden for keys that cannot read the personal
 * data in it.
 */
export async function readReceipt(context: BillingContext, purchaseId: string): Promise<Receipt> {
  requireSignedIn(context)
  const { database, catalog } = context
  const purchase = await visibleBillingObject(context, await findPurchase(database, purchaseId))
  if (!purchase || !hasOwnReceipt(purchase)) throw new AppError('NOT_FOUND', 'Receipt not found.')
  requirePersonalData(context.caller)
  const { accountId, currency, amountMinor, taxMinor, quantity, refundedMinor, reversedMinor } = purchase
  const [account, period, refunds] = await Promise.all([
    database.query
      .selectFrom('account')
      .select(['name', 'billingDetails', 'language'])
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
  const locale = await callerLocale(context, account)
  const buyer = purchase.receiptBuyer ?? present
  const net = amountMinor - taxMinor
  const { brand, productById } = catalog.current()
  const { name, address, light } = mailFrameOf(brand)
  const chargedBack = reversedMinor - refundedMinor
  return {
    locale,
    number: receiptNumberOf(purchase),
    paidAt: purchase.purchasedAt,
    seller: { name, address, color: light.filled },
    buyer: namedBuyer(buyer, locale),
    presentBuyer: namedBuyer(present, locale),
    status: purchase.status,
    paymentId: purchase.paymentId ?? purchase.id,
    item: {
      name: productById.get(purchase.productId)!.name,
      period,
      quantity,
      unitPrice: net % quantity === 0 ? money(net / quantity) : null,
      amount: money(net),
    },
    tax: money(taxMinor),
    total: money(amountMinor),
    refunds: refunds.map((refund) => ({
      at: refund.createdAt,
      isPending: refund.status !== 'SUCCEEDED',
      amount: money(-refund.amountMinor),
    })),
    chargedBack: chargedBack > 0 ? money(-chargedBack) : null,
    balance: money(amountMinor - refunds.reduce((sum, refund) => sum + refund.amountMinor, 0) - chargedBack),
    reverseCharge: taxMinor === 0 && buyer.details?.taxExemption === 'REVERSE_CHARGE',
  }
}

/** Period that a payment of a subscription is for. */
async function paidPeriod(
  { database }: BillingContext,
  { accountId, provider, invoiceId }: PurchaseRow,
): Promise<Receipt['item']['period']> {
  if (!invoiceId) return null
  const invoice = await database.query
    .selectFrom('invoice')
    .select('lines')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', invoiceId)
    .executeTakeFirst()
  const { periodStart, periodEnd } = invoice?.lines[0] ?? {}
  return periodStart && periodEnd ? { start: new Date(periodStart), end: new Date(periodEnd) } : null
}

function namedBuyer({ name: accountName, details }: ReceiptBuyer, locale: string): Buyer {
  const { name, address, taxIds, purchaseOrder = null } = details ?? NO_DETAILS
  const lines = [
    name ?? accountName,
    ...(address ? addressLines(address, locale) : []),
    ...taxIds.map(({ type, value }) => `${type.toUpperCase().replaceAll('_', ' ')} ${value}`),
  ]
  return { lines, purchaseOrder }
}

function addressLines({ line1, line2, city, postalCode, region, country }: StoredAddress, locale: string): string[] {
  const named = new Intl.DisplayNames(locale, { type: 'region' }).of(country)
  return [line1, line2, [postalCode, city].filter(Boolean).join(' '), region, named].filter(
    (line): line is string => !!line,
  )
}

import { payload } from '../kernel/payload.js'
import { ID } from 'type-graphql'
import { type Product } from '../catalog/product.type.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'
export const PurchaseStatus = enumType('PurchaseStatus', 'Status of a purchase.', {
  PENDING: 'Paid with a method that takes days. Nothing is granted yet.',
  PAID: 'The payment was received.',
  PARTIALLY_REFUNDED: 'A part was refunded.',
  REFUNDED: 'Fully refunded. What it granted was revoked.',
  DISPUTED: "The buyer's bank disputes the payment. Access is suspended until it decides.",
  CHARGED_BACK: 'The bank charged the payment back. What it granted was revoked.',
})
export type PurchaseStatus = keyof typeof PurchaseStatus

export const RefundStatus = enumType('RefundStatus', 'Status of a refund.', {
  CREATING: 'Recorded here; the provider has not responded yet.',
  PENDING: 'Accepted by the provider; the money is on its way.',
  SUCCEEDED: 'The money was returned.',
  FAILED: 'The provider could not return the money.',
  CANCELED: 'Canceled before the money was returned.',
})
export type RefundStatus = keyof typeof RefundStatus

/** Money that is returned to the buyer. */
@objectType('A refund of a purchase.', { implements: Node })
export class Refund implements Node {
  readonly __typename!: 'Refund'
  id!: string

  @field('Refunded amount.', () => Money)
  money!: Money

  @field('Status of the refund.', () => RefundStatus)
  status!: RefundStatus

  @field('Time the refund was requested (business clock).', () => DateTime)
  createdAt!: Date
}

/** One payment for one product. `product`, `account` and the links to other objects are added by their resolvers. */
@objectType('One payment for one product. A subscription creates one per paid invoice.', {
  implements: Node,
})
export class Purchase implements Node {
  readonly __typename!: 'Purchase'
  id!: string

  /** Id of the product that `product` loads. */
  productId!: Product['id']

  /** Ids that `account`, `checkout`, `invoice` and `subscription` load; the latter two are the provider's. */
  accountId!: string
  checkoutId!: string | null
  invoiceId!: string | null
  subscriptionId!: string | null

  @field('Amount received, after discounts and including tax.', () => Money)
  money!: Money

  @field("Part of the price paid by the account's credit at the provider. Null if none.", () => Money, {
    nullable: true,
  })
  paidByCredit!: Money | null

  @field(
    'Part of the purchase that became credit at the provider after a downgrade or by a credit note, or that one returned outside of it. Null if none.',
    () => Money,
    { nullable: true },
  )
  credited!: Money | null

  @field(
    'Whether the payment is for units beyond the allowance of the plan (overage), and not for the plan.',
    () => Boolean,
  )
  forOverage!: boolean

  @field('Status of the purchase.', () => PurchaseStatus)
  status!: PurchaseStatus

  @field('Payment provider.', () => PaymentProvider)
  provider!: PaymentProvider

  /** Address of the receipt at the provider, from which `receiptUrl` is resolved. */
  providerReceiptUrl!: string | null

  @field('Time of the payment (business clock). While PENDING, the time of the attempt.', () => DateTime)
  purchasedAt!: Date

  @field('Amount refunded so far. Null if none.', () => Money, { nullable: true })
  refunded!: Money | null

  @field('Expiry time of the purchase (business clock). Null if it does not expire.', () => DateTime, {
    nullable: true,
  })
  expiresAt!: Date | null
}

@inputType('Conditions of a list of purchases. A purchase matches if it fulfills all of them.')
export class PurchaseFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Statuses to return. Default: all.', () => [PurchaseStatus], { nullable: true })
  statuses?: readonly PurchaseStatus[] | null

  @field('Providers to return. Default: all.', () => [PaymentProvider], { nullable: true })
  providers?: readonly PaymentProvider[] | null

  @field('Codes of the products to return. Default: all.', () => [String], { nullable: true })
  products?: readonly string[] | null

  @field('Start of the range of payments, inclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field('End of the range of payments, exclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  to?: Date | null
}

/** A page of purchases. */
export const PurchaseConnection = countedConnection('Purchase', 'purchases', () => Purchase)
export type PurchaseConnection = InstanceType<typeof PurchaseConnection>

export const PurchasePayload = payload(Purchase)

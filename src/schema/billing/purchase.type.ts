import type { Product } from '../marketplace/product.type.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'

/** What became of a payment. */
export const PurchaseStatus = enumType('PurchaseStatus', 'What became of a payment.', {
  PENDING: 'It is on its way: by a method that takes days. Nothing is given yet.',
  PAID: 'It was received.',
  PARTIALLY_REFUNDED: 'A part of it was given back.',
  REFUNDED: 'All of it was given back, and what it had bought was taken back.',
  DISPUTED: "The buyer's bank asks it back: what it bought is held back until the bank has decided.",
  CHARGED_BACK: 'The bank took it back, and what it had bought was taken back.',
})
export type PurchaseStatus = keyof typeof PurchaseStatus

/** One payment for one product. `product` is added by its resolver. */
@objectType('One payment for one product; a subscription makes one for each invoice that is paid.', {
  implements: Node,
})
export class Purchase implements Node {
  readonly __typename!: 'Purchase'
  id!: string

  /** Id of the product that `product` loads. */
  productId!: Product['id']

  @field('Money that was received, after discounts and with tax.', () => Money)
  money!: Money

  @field("Part of the price that the account's credit at the provider paid; null if none.", () => Money, {
    nullable: true,
  })
  paidByCredit!: Money | null

  @field('Part of the purchase that became credit at the provider after a downgrade; null if none.', () => Money, {
    nullable: true,
  })
  credited!: Money | null

  @field('What became of it.', () => PurchaseStatus)
  status!: PurchaseStatus

  @field('Who took the money.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('When it was paid; while it is PENDING, when it was begun.', () => DateTime)
  purchasedAt!: Date

  @field('What was given back so far; null when nothing was.', () => Money, { nullable: true })
  refunded!: Money | null

  @field('Until when what was bought lasts; null when it does not end.', () => DateTime, { nullable: true })
  expiresAt!: Date | null
}

/** A page of purchases. */
export const PurchaseConnection = countedConnection('Purchase', 'purchases', () => Purchase)
export type PurchaseConnection = InstanceType<typeof PurchaseConnection>

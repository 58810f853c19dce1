import { field, objectType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { Product } from '../marketplace/product.type.js'
import { Checkout } from './checkout.type.js'
import { Purchase } from './purchase.type.js'

/** Something that was given without a payment. */
@objectType('It is the account’s now, and there is nothing to pay.')
export class PurchaseGranted {
  readonly __typename!: 'PurchaseGranted'

  @field('What was given.', () => Product)
  product!: Product

  @field('The purchase that records it; null when it was a gift.', () => Purchase, { nullable: true })
  purchase!: Purchase | null
}

/** What buying something answers. */
export const PurchaseResult = unionType(
  'PurchaseResult',
  'A checkout to send the buyer to, what was given without one, or why there is neither.',
  () => [Checkout, PurchaseGranted, RateLimited, Refused],
)
export type PurchaseResult = Checkout | PurchaseGranted | RateLimited | Refused

/** What `refundPurchase` answers. */
export const RefundResult = unionType('RefundResult', 'The purchase after the refund, or why there was none.', () => [
  Purchase,
  Refused,
])
export type RefundResult = Purchase | Refused

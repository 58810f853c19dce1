import { field, objectType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { Product } from '../marketplace/product.type.js'
import { Checkout } from './checkout.type.js'
import { Purchase } from './purchase.type.js'

/** Something that was given without a payment. */
@objectType('A product granted without payment.')
export class PurchaseGranted {
  readonly __typename!: 'PurchaseGranted'

  @field('The granted product.', () => Product)
  product!: Product

  @field('Purchase that records the grant. Null for a free grant.', () => Purchase, { nullable: true })
  purchase!: Purchase | null
}

export const PurchaseResult = unionType(
  'PurchaseResult',
  'A checkout, a product granted without payment, or a denial.',
  () => [Checkout, PurchaseGranted, RateLimited, Refused],
)
export type PurchaseResult = Checkout | PurchaseGranted | RateLimited | Refused

export const RefundResult = unionType('RefundResult', 'The purchase after the refund, or a denial.', () => [
  Purchase,
  Refused,
])
export type RefundResult = Purchase | Refused

import { ID } from 'type-graphql'
import { Checkout } from '../billing/checkout.type.js'
import { countedConnection } from '../kernel/connection.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { IDEMPOTENCY_KEY, REASON } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'

/** A page of checkouts. */
export const CheckoutConnection = countedConnection(
  'Checkout',
  'checkouts',
  () => Checkout,
  'Total number of checkouts that the arguments select.',
)
export type CheckoutConnection = InstanceType<typeof CheckoutConnection>

/** Input of `releaseCheckout`. */
@inputType('Quarantined checkout to accept, and the reason.')
export class ReleaseCheckoutInput {
  @field('ID of the checkout.', () => ID)
  checkoutId!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const ReleaseCheckoutResult = unionType('ReleaseCheckoutResult', 'The released checkout, or a denial.', () => [
  Checkout,
  Refused,
])
export type ReleaseCheckoutResult = Checkout | Refused

/** Input of `refundCheckout`. */
@inputType('Quarantined checkout to refund, and the reason.')
export class RefundCheckoutInput {
  @field('ID of the checkout.', () => ID)
  checkoutId!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const RefundCheckoutResult = unionType('RefundCheckoutResult', 'The refunded checkout, or a denial.', () => [
  Checkout,
  Refused,
])
export type RefundCheckoutResult = Checkout | Refused

import { ID } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'

/** How far a checkout has come. */
export const CheckoutStatus = enumType('CheckoutStatus', 'How far a checkout has come.', {
  CREATING: 'Written down here; the provider has not answered yet.',
  OPEN: 'Waiting for the buyer at `url`.',
  PROCESSING: 'Paid by a method that settles later.',
  COMPLETED: 'Paid, and what was bought is granted.',
  EXPIRED: 'Not paid in time.',
  FAILED: 'The payment failed for good.',
  CANCELLED: 'Given up by the buyer.',
  QUARANTINED: 'What was paid is not what was asked for: an operator decides.',
})
export type CheckoutStatus = keyof typeof CheckoutStatus

/** One attempt to pay. `account` and `product` are added by their resolvers. */
@objectType('One attempt to pay for something.', { implements: Node })
export class Checkout implements Node {
  readonly __typename!: 'Checkout'
  id!: string

  @field('Who takes the money.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('How far it has come.', () => CheckoutStatus)
  status!: CheckoutStatus

  @field("The provider's page to send the buyer to; null unless it is OPEN.", () => String, { nullable: true })
  url!: string | null

  @field("The provider's id of the attempt; null until the provider has answered.", () => String, { nullable: true })
  sessionId!: string | null

  @field('Our reference for this payment, the same in every system.', () => ID)
  paymentId!: string

  /** Id of the product that `product` loads. */
  productId!: string

  @field('The amount due at the first payment, before discounts and tax.', () => Money)
  money!: Money

  @field('How often it is paid.', () => BillingInterval)
  interval!: BillingInterval

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('When it was asked for.', () => DateTime)
  createdAt!: Date

  @field('Until when it can be paid; null when the provider has not said.', () => DateTime, { nullable: true })
  expiresAt!: Date | null
}

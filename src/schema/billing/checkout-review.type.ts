import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { Checkout } from './checkout.type.js'
import { countedConnection } from '../kernel/connection.js'
import { field } from '../kernel/decorators.js'
import { REASON } from '../kernel/descriptions.js'
/** A page of checkouts. */
export const CheckoutConnection = countedConnection(
  'Checkout',
  'checkouts',
  () => Checkout,
  'Total number of checkouts that the arguments select.',
)
export type CheckoutConnection = InstanceType<typeof CheckoutConnection>

/** Input of `releaseCheckout`. */
@ArgsType()
export class ReleaseCheckoutArgs {
  @argument('id', 'ID of the checkout.', () => ID)
  checkoutId!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

/** Input of `refundCheckout`. */
@ArgsType()
export class RefundCheckoutArgs {
  @argument('id', 'ID of the checkout.', () => ID)
  checkoutId!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

import { payload } from '../kernel/payload.js'
import { ID, Int } from 'type-graphql'
import { Interval } from '../catalog/interval.type.js'
import { enumType, field, inputType, objectType, oneOfInputType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'
import { DateTime, SafeInt, Url } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'

export const CheckoutStatus = enumType(
  'CheckoutStatus',
  'Status of a checkout.',
  {
    CREATING: 'Recorded here; the provider has not responded yet.',
    OPEN: 'Waiting for the buyer at `url`.',
    PROCESSING: 'Paid with a method that clears after days, or waiting for the payment of its invoice.',
    COMPLETED: 'Paid, or sold by invoice; the product is granted.',
    EXPIRED: 'Not paid in time.',
    FAILED: 'The payment failed permanently.',
    CANCELED: 'Canceled by the buyer.',
    QUARANTINED: 'The payment does not match the checkout. An operator has to review it.',
  },
  { CANCELED: 'CANCELLED' },
)
export type CheckoutStatus = (typeof CheckoutStatus)[keyof typeof CheckoutStatus]

@oneOfInputType('ID of a checkout here or at the provider.')
export class CheckoutBy {
  @field('ID of the checkout.', () => ID, { nullable: true })
  id?: string | null

  @field("Provider's ID of the checkout, as in the return URL.", () => String, { nullable: true })
  providerReference?: string | null
}

/** One attempt to pay. `account`, `product`, `purchase` and `startedSubscription` are added by their resolvers. */
@objectType('One attempt to pay for a product.', { implements: Node })
export class Checkout implements Node {
  readonly __typename!: 'Checkout'
  id!: string

  @field('Payment provider.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Status of the checkout. Each change is an event `checkout.…` of `billingEvents`.', () => CheckoutStatus)
  status!: CheckoutStatus

  @field('Explanation of the status, for example of a quarantine. Null if none is needed.', () => String, {
    nullable: true,
  })
  statusReason!: string | null

  @field(
    'Page to which the buyer is sent: the payment page of the provider while OPEN; for a plan that is paid by invoice, the success URL. Otherwise null.',
    () => Url,
    { nullable: true },
  )
  url!: string | null

  @field('Page of the first invoice of a plan that is paid by invoice. Null for other checkouts.', () => Url, {
    nullable: true,
  })
  @personal('hidden')
  paymentUrl!: string | null

  @field('ID of the attempt at the provider. Null until the provider has responded.', () => String, { nullable: true })
  providerReference!: string | null

  /** Id of the product that `product` loads. */
  productId!: string

  @field('Amount of the first payment, before discounts and tax.', () => Money)
  money!: Money

  @field('Billing interval. Null for what is paid once.', () => Interval, { nullable: true })
  interval!: Interval | null

  @field('Number of units that are bought, for example seats.', () => SafeInt)
  quantity!: number

  @field('Days before the first payment. Zero without a trial.', () => Int)
  trialDays!: number

  @field('Time of the payment (business clock). Null if it is not paid.', () => DateTime, { nullable: true })
  completedAt!: Date | null

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('Creation time of the checkout (business clock).', () => DateTime)
  createdAt!: Date

  @field('Time the checkout expires (business clock). Null if the provider has not set one.', () => DateTime, {
    nullable: true,
  })
  expiresAt!: Date | null
}

@inputType('Conditions of a list of checkouts. A checkout matches if it fulfills all of them.')
export class CheckoutFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Statuses to return. Default: all.', () => [CheckoutStatus], { nullable: true })
  statuses?: readonly CheckoutStatus[] | null
}

export const CheckoutPayload = payload(Checkout)

import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'

export const PaymentMethodKind = enumType('PaymentMethodKind', 'Kind of a payment method.', {
  CARD: 'A card, with brand, digits and expiry in `card`.',
  BANK_ACCOUNT: 'A bank account that is debited.',
  PAYPAL: "The buyer's PayPal account. PayPal does not report the method behind it.",
  OTHER: 'Another method, named by `label`.',
})
export type PaymentMethodKind = keyof typeof PaymentMethodKind

/** Visible parts of a card. */
@objectType('A card, without data that could be used to pay.')
export class PaymentCard {
  readonly __typename?: 'PaymentCard'

  @field('Brand in the words of the provider, for example `visa`.', () => String)
  brand!: string

  @field('Last four digits.', () => String)
  last4!: string

  @field('Month of expiry, 1 to 12.', () => Int)
  expMonth!: number

  @field('Year of expiry, four digits.', () => Int)
  expYear!: number
}

/** The payment method of a subscription, without data that could be used to pay. */
@objectType('The payment method of a subscription, as last read from the provider.')
export class PaymentMethod {
  readonly __typename?: 'PaymentMethod'

  @field('Kind of the method.', () => PaymentMethodKind)
  kind!: PaymentMethodKind

  @field('Display text in English, for example `Visa ending in 4242`.', () => String)
  label!: string

  @field('The card. Null for other kinds.', () => PaymentCard, { nullable: true })
  card!: PaymentCard | null
}

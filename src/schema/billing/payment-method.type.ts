import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'

export const PaymentMethodKind = enumType('PaymentMethodKind', 'Kind of a payment method.', {
  CARD: 'A card, with brand, digits and expiry.',
  BANK_ACCOUNT: 'A bank account that is debited.',
  PAYPAL: "The buyer's PayPal account. PayPal does not report the method behind it.",
  OTHER: 'Another method, named by `label`.',
})
export type PaymentMethodKind = keyof typeof PaymentMethodKind

/** The payment method of a subscription, without data that could be used to pay. */
@objectType('The payment method of a subscription, as last read from the provider.')
export class PaymentMethod {
  readonly __typename?: 'PaymentMethod'

  @field('Kind of the method. Only cards have `expMonth` and `expYear`.', () => PaymentMethodKind)
  kind!: PaymentMethodKind

  @field('Display text in English, for example `Visa ending in 4242`.', () => String)
  label!: string

  @field(
    'Brand of the card in the words of the provider, for example `visa`, or name of the bank. Null if unknown.',
    () => String,
    {
      nullable: true,
    },
  )
  brand!: string | null

  @field('Last four digits. Null if the method has none.', () => String, { nullable: true })
  last4!: string | null

  @field('Month of expiry, 1 to 12. Null unless a card.', () => Int, { nullable: true })
  expMonth!: number | null

  @field('Year of expiry, four digits. Null unless a card.', () => Int, { nullable: true })
  expYear!: number | null
}

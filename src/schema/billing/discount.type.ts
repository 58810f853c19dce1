import { Float } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime } from '../kernel/scalars.js'

export const DiscountDuration = enumType('DiscountDuration', 'Number of invoices that a discount reduces.', {
  ONCE: 'The next invoice.',
  REPEATING: 'Every invoice until `endsAt`.',
  FOREVER: 'Every invoice.',
})
export type DiscountDuration = keyof typeof DiscountDuration

@objectType(
  'A discount of a subscription, as last read from the provider. It has either `percentOff` or `amountOff`. The discounts of a subscription are applied in their order.',
)
export class Discount {
  readonly __typename?: 'Discount'

  @field('Promotion code that was redeemed. Null for a coupon without a code.', () => String, { nullable: true })
  code!: string | null

  @field('Name of the coupon, which invoices show. Null if it has none.', () => String, { nullable: true })
  name!: string | null

  @field('Percentage that is taken off, for example 12.5. Null for a fixed amount.', () => Float, { nullable: true })
  percentOff!: number | null

  @field('Amount that is taken off each invoice. Null for a percentage.', () => Money, { nullable: true })
  amountOff!: Money | null

  @field('Number of invoices that it reduces.', () => DiscountDuration)
  duration!: DiscountDuration

  @field(
    'End of the discount (business clock): later invoices have the full price. Null unless REPEATING.',
    () => DateTime,
    { nullable: true },
  )
  endsAt!: Date | null
}

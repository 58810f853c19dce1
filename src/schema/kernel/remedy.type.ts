import { Int } from 'type-graphql'
import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from './decorators.js'
import { Money } from './money.type.js'
import { DateTime } from './scalars.js'

/** What kind of step lifts a denial. */
export const RemedyKind = enumType('RemedyKind', 'What kind of step lifts a denial.', {
  UPGRADE_PLAN: 'Take a plan of a higher rank.',
  BUY_PACKAGE: 'Buy a package, for example of credits.',
  BUY_TEMPLATE: 'Buy the template.',
  ADD_ADDON: 'Add an add-on to the subscription.',
  WAIT: 'Try again at or after `at`.',
  CONTACT_SALES: 'Write to the seller at `url`.',
  CONTINUE_CHECKOUT: 'Finish the checkout that is open, at `url`.',
  CHANGE_PLAN: 'Change the plan of the present subscription.',
})
export type RemedyKind = keyof typeof RemedyKind

/** One step that lifts a denial. `target` is added by its resolver from `targetId`. */
@objectType('One step that would lift a denial.')
export class Remedy {
  readonly __typename?: 'Remedy'

  @field('What kind of step it is.', () => RemedyKind)
  kind!: RemedyKind

  @field('Plain text for a button.', () => String)
  label!: string

  @field('The mutation to call; null when no mutation helps.', () => String, { nullable: true })
  mutation!: string | null

  /** Id of the plan, package, template, subscription or checkout that `target` loads. */
  targetId!: string | null

  @field(
    'Price of one; null if it costs nothing or the price is not known. `total` is the price of all.',
    () => Price,
    {
      nullable: true,
    },
  )
  price!: Price | null

  @field('Number of units that are needed, for the `quantity` of the mutation. Usually 1.', () => Int)
  quantity!: number

  @field('Price of all that are needed: `price` times `quantity`. Null if there is no price.', () => Money, {
    nullable: true,
  })
  total!: Money | null

  @field('When waiting is enough: the moment from which to try again.', () => DateTime, { nullable: true })
  at!: Date | null

  @field('A page to send the person to; null when there is none.', () => String, { nullable: true })
  url!: string | null
}

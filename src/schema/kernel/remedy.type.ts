import { Int } from 'type-graphql'
import type { Remedy as RemedyValue } from '#services/kernel/denials/denial.js'
import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from './decorators.js'
import { Money } from './money.type.js'
import { DateTime, Url } from './scalars.js'

export const RemedyKind = enumType('RemedyKind', 'Kind of a remedy.', {
  UPGRADE_PLAN: 'Subscribe to a plan of a higher rank.',
  BUY_PACKAGE: 'Buy a package, for example of credits.',
  BUY_TEMPLATE: 'Buy the template.',
  ADD_ADDON: 'Add an add-on to the subscription.',
  WAIT: 'Try again at or after `at`.',
  CONTACT_SALES: 'Contact sales at `url`.',
  CONTINUE_CHECKOUT: 'Complete the open checkout at `url`.',
  CHANGE_PLAN: 'Change the plan of the current subscription.',
  RAISE_SPEND_CAP: 'Raise the spend cap of the account.',
  ASK_PARENT: 'Ask an owner of the parent account for more units or a higher limit.',
  PAY_INVOICE: 'Pay the open invoice at `url`, or on the billing portal.',
  ADD_PAYMENT_METHOD: 'Add a payment method on the billing portal.',
  RESUME_SUBSCRIPTION: 'Resume the subscription.',
})
export type RemedyKind = keyof typeof RemedyKind

/** One step that lifts a denial. Resolvers add `target` from `targetId`, and `action` from `source`. */
@objectType('One step that would lift a denial.')
export class Remedy {
  readonly __typename?: 'Remedy'

  @field('Kind of the remedy.', () => RemedyKind)
  kind!: RemedyKind

  @field('Label for a button.', () => String)
  label!: string

  @field('Name of the mutation to call. Null if no mutation helps.', () => String, { nullable: true })
  mutation!: string | null

  /** The remedy as services return it. */
  source!: RemedyValue

  /** Id of the plan, package, template, subscription or checkout that `target` loads. */
  targetId!: string | null

  @field('Price of one unit. Null if free or unknown. `total` is the price of all units.', () => Price, {
    nullable: true,
  })
  price!: Price | null

  @field('Number of units needed, for the `quantity` of the mutation. Usually 1.', () => Int)
  quantity!: number

  @field('Price of all units: `price` times `quantity`. Null if there is no price.', () => Money, {
    nullable: true,
  })
  total!: Money | null

  @field(
    'Earliest time to retry, if waiting is enough (machine clock for rates, otherwise business clock).',
    () => DateTime,
    { nullable: true },
  )
  at!: Date | null

  @field('Absolute URL of a page to send the user to. Null if none.', () => Url, { nullable: true })
  url!: string | null
}

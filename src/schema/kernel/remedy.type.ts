import { Int } from 'type-graphql'
import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from './decorators.js'
import { Money } from './money.type.js'
import { DateTime, JSONValue, Url } from './scalars.js'

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

const INPUT =
  'Arguments of `mutation` without `key`, ready to send; further ones can be added, for example `successUrl`. Null if a person has to choose first. Without a mutation: the arguments of the denied mutation to change before it is sent again with a new key, null for those to leave out; null if a repetition does not help.'

/** One step that lifts a denial. A resolver adds `subject` from `subjectId`. */
@objectType('One step that would lift a denial.')
export class Remedy {
  readonly __typename?: 'Remedy'

  @field('Kind of the remedy.', () => RemedyKind)
  kind!: RemedyKind

  @field('Label for a button.', () => String)
  label!: string

  @field(
    'Name of the mutation to send with `input` and a new `key`. Null if none helps, or the denied one is repeated.',
    () => String,
    { nullable: true },
  )
  mutation!: string | null

  @field(INPUT, () => JSONValue, { nullable: true })
  input!: object | null

  /** ID of the object that `subject` loads. */
  subjectId!: string | null

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

  @field(
    'Absolute URL of a page to send the user to. Null if none, and for the page of an invoice if the caller is a key for all accounts without a scope with the permission `MEMBERS_READ`.',
    () => Url,
    { nullable: true },
  )
  url!: string | null
}

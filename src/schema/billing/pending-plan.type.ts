import { Plan } from '../catalog/plan.type.js'
import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'
import { DateTime, SafeInt, Url } from '../kernel/scalars.js'
import { Checkout } from './checkout.type.js'

export const PendingPlanStatus = enumType('PendingPlanStatus', 'Why a plan that was chosen is not in effect.', {
  CREATING: 'The provider is creating the payment page.',
  AWAITING_PAYMENT: 'The buyer has not paid at `actionUrl`.',
  PROCESSING: 'Paid with a method that clears after days. Nothing is missing.',
  IN_REVIEW: 'The payment does not match the checkout, and an operator reviews it.',
  REQUESTED: 'The provider has not responded to the change. It is repeated automatically.',
  AWAITING_CONFIRMATION: 'The bank or PayPal waits for the buyer at `actionUrl`.',
  STARTS_LATER: 'Agreed and begins at `startsAt`. Nothing is missing.',
})
export type PendingPlanStatus = keyof typeof PendingPlanStatus

@objectType(
  'A plan that was chosen and is not in effect, with what is missing. It exists until the plan is in effect or withdrawn.',
  { implements: Node },
)
export class PendingPlan implements Node {
  readonly __typename?: 'PendingPlan'

  id!: string

  @field('Status, which implies what is missing.', () => PendingPlanStatus)
  status!: PendingPlanStatus

  @field('Missing step, as a sentence. Null if there is none.', () => String, { nullable: true })
  missing!: string | null

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field('Price of one unit.', () => Price)
  price!: Price

  @field('Units of a plan that is priced by the unit, otherwise 1.', () => SafeInt)
  quantity!: number

  @field('Page on which the buyer pays or confirms. Null if nothing is to be done there.', () => Url, {
    nullable: true,
  })
  @personal('hidden')
  actionUrl!: string | null

  @field('Time of the request (business clock).', () => DateTime)
  createdAt!: Date

  @field('Time until which `actionUrl` can be used (business clock). Null without a limit.', () => DateTime, {
    nullable: true,
  })
  expiresAt!: Date | null

  @field('Time at which the plan begins (business clock). Null if it begins when nothing is missing.', () => DateTime, {
    nullable: true,
  })
  startsAt!: Date | null

  @field('Its checkout. Null for a change of a running subscription.', () => Checkout, { nullable: true })
  checkout!: Checkout | null
}

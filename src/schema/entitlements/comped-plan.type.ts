import { keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType } from 'type-graphql'
import { ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('A plan that an operator gave free of charge.', { implements: Node })
export class CompedPlan implements Node {
  readonly __typename!: 'CompedPlan'
  id!: string

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field('Units of a plan that is priced by the unit, otherwise 1.', () => SafeInt)
  quantity!: number

  @field('Time from which it is free of charge (business clock).', () => DateTime)
  startsAt!: Date

  @field('Time at which it ends (business clock).', () => DateTime)
  endsAt!: Date

  @field('Reason of the operator.', () => String)
  reason!: string

  @field('The plan that follows: that of a subscription, otherwise the default plan.', () => Plan)
  next!: Plan
}

@inputType('A plan to give free of charge.')
export class CompPlanInput extends Keyed {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a paid plan that is above the one that the account pays for.', () => String)
  plan!: string

  @field('Units of a plan that is priced by the unit, 1–10,000. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field('Time at which it ends (business clock).', () => DateTime)
  endsAt!: Date

  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string
}

@ArgsType()
export class EndCompedPlanArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the plan.', () => String)
  plan!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

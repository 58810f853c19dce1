import { ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { Account } from '../identity/account.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY, REASON } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('A plan that an operator gave free of charge.')
export class CompedPlan {
  readonly __typename?: 'CompedPlan'

  @field('ID of the assignment.', () => ID)
  id!: string

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field('Units of a plan that is priced by the unit, otherwise 1.', () => SafeInt)
  quantity!: number

  @field('Time from which it is free of charge (business clock).', () => DateTime)
  since!: Date

  @field('Time at which it ends (business clock).', () => DateTime)
  until!: Date

  @field('Reason of the operator.', () => String)
  reason!: string

  @field('The plan that follows: that of a subscription, otherwise the default plan.', () => Plan)
  next!: Plan
}

@inputType('A plan to give free of charge.')
export class CompPlanInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a paid plan that is above the one that the account pays for.', () => String)
  plan!: string

  @field('Units of a plan that is priced by the unit, 1–10,000. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field('Time at which it ends (business clock).', () => DateTime)
  until!: Date

  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('A complimentary plan to end early.')
export class EndCompedPlanInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the plan.', () => String)
  plan!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const CompPlanResult = unionType('CompPlanResult', 'The account with the plan, or a denial.', () => [
  Account,
  Refused,
])
export type CompPlanResult = Account | Refused

export const EndCompedPlanResult = unionType(
  'EndCompedPlanResult',
  'The account without the plan, or a denial.',
  () => [Account, Refused],
)
export type EndCompedPlanResult = Account | Refused

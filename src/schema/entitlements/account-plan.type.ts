import { Plan } from '../catalog/plan.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** `startsAt` is added by its resolver from what is not a field. */
@objectType('Current plan of an account.')
export class AccountPlan {
  readonly __typename?: 'AccountPlan'

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field('Version of the plan that the account has.', () => PlanVersion)
  planVersion!: PlanVersion

  @field('Time the plan ends or renews (business clock). Null if it does neither.', () => DateTime, { nullable: true })
  endsAt!: Date | null

  @field('Number of deployments that can still be started. Null if unlimited.', () => SafeInt, { nullable: true })
  deploymentsLeft!: number | null

  @field('Whether every stack can be deployed.', () => Boolean)
  supportsAllStacks!: boolean

  @field('Codes of the stacks that can be deployed. Empty if `supportsAllStacks`.', () => [String])
  supportedStacks!: readonly string[]

  @field('Whether an operator gave the plan free of charge.', () => Boolean)
  complimentary!: boolean

  accountId!: string
  heldSince!: Date | null
  openedAt!: Date
}

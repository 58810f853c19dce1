import { Plan } from '../catalog/plan.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** The plan that an account holds now. `since` is added by its resolver from what is not a field. */
@objectType('The plan that an account holds now.')
export class AccountPlan {
  readonly __typename?: 'AccountPlan'

  @field('The plan, in the version that the account holds.', () => Plan)
  plan!: Plan

  @field('When it ends or renews; null when it does neither.', () => DateTime, { nullable: true })
  dateEnd!: Date | null

  @field('How many more deployments it allows now. Null: unlimited.', () => SafeInt, { nullable: true })
  deploymentsLeft!: number | null

  @field('Codes of the stacks that may be deployed. Null: all stacks.', () => [String], { nullable: true })
  supportedStacks!: readonly string[] | null

  accountId!: string
  heldSince!: Date | null
  openedAt!: Date
}

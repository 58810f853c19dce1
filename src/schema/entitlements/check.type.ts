import type { Check as CheckValue } from '#services/entitlements/check/decide-check.js'
import { Feature } from '../catalog/feature.type.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'
import { Entitlement } from './entitlement.type.js'
import { FailurePolicy } from './failure-policy.js'
import { Overage } from './overage.type.js'
import { UsagePrice } from './usage-price.type.js'

@objectType('Result of a check whether an account has a plan. A check changes nothing.')
export class PlanCheck {
  readonly __typename?: 'PlanCheck'

  @field('Whether the account has the plan, or one of a higher rank in its group.', () => Boolean)
  allowed!: boolean

  @field('Reason for the denial, with remedies. Null if allowed.', () => Denial, { nullable: true })
  denial!: Denial | null
}

/** Result of an entitlement check. */
@objectType('Result of a check whether an account may use a feature now. A check changes nothing.')
export class Check {
  readonly __typename?: 'Check'

  @field('Feature that was checked. Null if the catalog has none with this code.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Whether the account can use the feature now.', () => Boolean)
  allowed!: boolean

  @field('Entitlement that was checked. Null if the account has none.', () => Entitlement, { nullable: true })
  entitlement!: Entitlement | null

  @field('Reason for the denial, with remedies. Null if allowed.', () => Denial, { nullable: true })
  denial!: Denial | null

  @field(
    'Failure policy that decided because the database was unavailable. Null if decided on data.',
    () => FailurePolicy,
    {
      nullable: true,
    },
  )
  appliedFailurePolicy!: FailurePolicy | null

  @field('Price of the work that was checked. Null without work, and if it has no price.', () => UsagePrice, {
    nullable: true,
  })
  price!: UsagePrice | null

  @field('Cost of the units that would be beyond the allowance. Empty if none are, or if denied.', () => [Overage])
  overageCharges!: readonly Overage[]

  @field('Units that would remain after the use. Null if unlimited or denied.', () => SafeInt, { nullable: true })
  remainingAfter!: number | null

  /** The check as services return it, from which a resolver derives `explain`. */
  source!: CheckValue
}

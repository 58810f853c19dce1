import { payload } from '../kernel/payload.js'
import { Feature } from '../catalog/feature.type.js'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, Decimal, SafeInt } from '../kernel/scalars.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { EntitlementSource } from './entitlement-source.type.js'
import { FailurePolicy } from './failure-policy.js'
import { Overage } from './overage.type.js'
import { UsagePrice, WorkDimension } from './usage-price.type.js'

/** A part of what was taken. */
@objectType('One deduction: units taken from one source.')
export class GrantUse {
  readonly __typename?: 'GrantUse'

  @field('Source of the units.', () => EntitlementSource)
  source!: EntitlementSource

  @field('Number of units, at least 1.', () => SafeInt)
  amount!: number
}

/** Units that were taken. `entitlement` is added by its resolver from `snapshot`. */
@objectType('Units of a quota or credits that were consumed. Durable when returned.', {
  implements: Node,
})
export class Consumption implements Node {
  readonly __typename!: 'Consumption'
  id!: string

  @field('Feature the units belong to.', () => Feature)
  feature!: Feature

  @field('Number of units. 0 only for work that costs nothing yet.', () => SafeInt)
  amount!: number

  @field('Deductions per source, in order. Empty if a failure policy decided.', () => [GrantUse])
  taken!: readonly GrantUse[]

  @field('Number of units that were not available and became debt, which the next grants repay.', () => SafeInt)
  debt!: number

  @field('Time of the consumption (business clock).', () => DateTime)
  at!: Date

  @field(
    'Failure policy that decided because the database was unavailable. Null if decided on data.',
    () => FailurePolicy,
    {
      nullable: true,
    },
  )
  appliedFailurePolicy!: FailurePolicy | null

  @field('Price of the work. Null if units were consumed directly.', () => UsagePrice, { nullable: true })
  price!: UsagePrice | null

  @field('Units that were beyond the allowance, with their cost. Empty if none were.', () => [Overage])
  overageCharges!: readonly Overage[]

  @field('Properties of the use. Empty without any.', () => [WorkDimension])
  properties!: readonly WorkDimension[]

  @field('Cost in US dollars that the provider of the work reported. Null if it reported none.', () => Decimal, {
    nullable: true,
  })
  providerCost!: string | null

  @field('Whether it was committed after its reservation had ended by its time.', () => Boolean)
  late!: boolean

  @field('Whether the units are an estimate, which the end of a reservation consumed.', () => Boolean)
  estimated!: boolean

  /** Snapshot of the account after the operation. */
  snapshot!: AccountSnapshot
}

/** A page of consumptions. */
export const ConsumptionConnection = connection('Consumption', 'consumptions', () => Consumption)
export type ConsumptionConnection = InstanceType<typeof ConsumptionConnection>

export const ConsumptionPayload = payload(Consumption)

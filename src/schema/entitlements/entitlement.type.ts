import { Float } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { field, interfaceType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { Overage } from './overage.type.js'
import { EntitlementSource } from './entitlement-source.type.js'

/** Amounts of a feature: granted, used and left. */
@interfaceType('Permission and amount of one feature for an account, summed over its sources.')
export abstract class EntitlementState {
  @field('Feature the entitlement is for.', () => Feature)
  feature!: Feature

  @field('Whether any source grants the feature.', () => Boolean)
  granted!: boolean

  @field('Whether there is no limit. `limit` and `remaining` are then null.', () => Boolean)
  unlimited!: boolean

  @field(
    "Units available in the current window: the plan's allowance plus what was left of each pack when the window began. Null if unlimited or not counted.",
    () => SafeInt,
    { nullable: true },
  )
  limit!: number | null

  @field(
    'Units used: in the current window for a quota (packs included), currently allocated for a limit.',
    () => SafeInt,
  )
  used!: number

  @field('Units held by open reservations.', () => SafeInt)
  reserved!: number

  @field('Remaining units: max(0, limit - used - reserved). Null if unlimited or not counted.', () => SafeInt, {
    nullable: true,
  })
  remaining!: number | null

  @field('End of the window, when usage restarts at zero (business clock). Null if it never resets.', () => DateTime, {
    nullable: true,
  })
  resetsAt!: Date | null

  @field('(used + reserved) as a percentage of the limit, 0–100. Null without a limit.', () => Float, {
    nullable: true,
  })
  percent!: number | null

  @field('Whether usage has reached the warning threshold of the catalog.', () => Boolean)
  nearLimit!: boolean

  @field('Sources of the entitlement, in the order of deduction.', () => [EntitlementSource])
  sources!: readonly EntitlementSource[]

  @field(
    'Use beyond the allowance and all packs, at a price. Null if such use is denied, and for a past time.',
    () => Overage,
    { nullable: true },
  )
  overage!: Overage | null
}

/** An account's right to a feature, now or at the time of `asOf`. */
@objectType(
  'The entitlement of an account to one feature, now or at a requested time. The ID of another time contains that time.',
  { implements: [Node, EntitlementState] },
)
export class Entitlement implements Node, EntitlementState {
  readonly __typename?: 'Entitlement'
  id!: string
  feature!: Feature
  granted!: boolean
  unlimited!: boolean
  limit!: number | null
  used!: number
  reserved!: number
  remaining!: number | null
  resetsAt!: Date | null
  percent!: number | null
  nearLimit!: boolean
  sources!: readonly EntitlementSource[]
  overage!: Overage | null

  @field('Account version that the entitlement was read at.', () => SafeInt)
  revision!: number
}

/** An entitlement that does not exist. */
@objectType('An entitlement as it would be after a change. It is not stored and has no ID.', {
  implements: EntitlementState,
})
export class EntitlementPreview implements EntitlementState {
  readonly __typename?: 'EntitlementPreview'
  feature!: Feature
  granted!: boolean
  unlimited!: boolean
  limit!: number | null
  used!: number
  reserved!: number
  remaining!: number | null
  resetsAt!: Date | null
  percent!: number | null
  nearLimit!: boolean
  sources!: readonly EntitlementSource[]
  overage!: Overage | null
}

import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'
import { SafeInt } from '../kernel/scalars.js'

/** Fewer credits are left than were asked for. */
@objectType('Fewer credits are left than were asked for. None were taken.', { implements: Denial })
export class InsufficientCredits implements Denial {
  readonly __typename!: 'InsufficientCredits'
  code!: 'INSUFFICIENT_CREDITS'
  message!: string
  remedies!: Remedy[]

  @field('The feature of which credits are missing.', () => Feature)
  feature!: Feature

  @field('How many were asked for.', () => SafeInt)
  requested!: number

  @field('How many are left; those that are reserved are not.', () => SafeInt)
  remaining!: number

  @field('The page where more can be bought; null when there is none.', () => String, { nullable: true })
  upgradeUrl!: string | null

  @field('The plan that the account holds now.', () => Plan)
  currentPlan!: Plan
}

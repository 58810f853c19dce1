import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { SafeInt, Url } from '../kernel/scalars.js'

/** Fewer credits remain than requested. */
@objectType('Fewer credits remain than were requested. Nothing was consumed.', { implements: Denial })
export class InsufficientCredits implements Denial {
  readonly __typename!: 'InsufficientCredits'
  code!: 'INSUFFICIENT_CREDITS'
  message!: string
  source!: DenialValue

  @field('Feature whose credits are missing.', () => Feature)
  feature!: Feature

  @field('Number of credits requested.', () => SafeInt)
  requested!: number

  @field('Credits remaining, without reserved ones.', () => SafeInt)
  remaining!: number

  @field('Absolute URL where credits can be bought. Null if none is configured.', () => Url, { nullable: true })
  upgradeUrl!: string | null

  @field('Current plan of the account.', () => Plan)
  currentPlan!: Plan
}

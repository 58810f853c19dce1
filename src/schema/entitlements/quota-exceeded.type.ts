import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** No more is left of a quota or a limit. */
@objectType('Code QUOTA_EXCEEDED for a quota (it resets), LIMIT_REACHED for a limit (something must be given back).', {
  implements: Denial,
})
export class QuotaExceeded implements Denial {
  readonly __typename!: 'QuotaExceeded'
  code!: Extract<DenialCode, 'QUOTA_EXCEEDED' | 'LIMIT_REACHED'>
  message!: string
  remedies!: Remedy[]

  @field('The feature of which no more is left.', () => Feature)
  feature!: Feature

  @field('How many are used, reservations included.', () => SafeInt)
  used!: number

  @field('How many the account may use.', () => SafeInt)
  limit!: number

  @field('When the window ends and use starts from zero; null for a limit.', () => DateTime, { nullable: true })
  resetsAt!: Date | null

  @field('The page where a larger plan can be taken; null when there is none.', () => String, { nullable: true })
  upgradeUrl!: string | null

  @field('The plan that the account holds now.', () => Plan)
  currentPlan!: Plan
}

import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'

@objectType('A plan of a higher rank is required.', { implements: Denial })
export class InsufficientPlan implements Denial {
  readonly __typename!: 'InsufficientPlan'
  code!: Extract<DenialCode, 'INSUFFICIENT_PLAN'>
  message!: string
  source!: DenialValue

  @field('Lowest sufficient plan.', () => Plan)
  requiredPlan!: Plan

  @field('Current plan of the account.', () => Plan)
  currentPlan!: Plan
}

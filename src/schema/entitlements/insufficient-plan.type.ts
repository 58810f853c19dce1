import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'

@objectType('A plan of a higher rank is required.', { implements: Denial })
export class InsufficientPlan implements Denial {
  readonly __typename!: 'InsufficientPlan'
  code!: Extract<DenialCode, 'INSUFFICIENT_PLAN'>
  message!: string
  remedies!: Remedy[]

  @field('Lowest sufficient plan.', () => Plan)
  requiredPlan!: Plan

  @field('Current plan of the account.', () => Plan)
  currentPlan!: Plan
}

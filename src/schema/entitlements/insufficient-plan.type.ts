import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Remedy } from '../kernel/remedy.type.js'

/** A plan of a higher rank is required. */
@objectType('A plan of a higher rank is required.', { implements: Denial })
export class InsufficientPlan implements Denial {
  readonly __typename!: 'InsufficientPlan'
  code!: Extract<DenialCode, 'INSUFFICIENT_PLAN'>
  message!: string
  remedies!: Remedy[]

  @field('The lowest plan that would do.', () => Plan)
  requiredPlan!: Plan

  @field('The plan that the account holds now.', () => Plan)
  currentPlan!: Plan
}

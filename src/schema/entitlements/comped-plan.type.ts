import { Plan } from '../catalog/plan.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('A plan that an operator gave free of charge.', { implements: Node })
export class CompedPlan implements Node {
  readonly __typename!: 'CompedPlan'
  id!: string

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field('Units of a plan that is priced by the unit, otherwise 1.', () => SafeInt)
  quantity!: number

  @field('Time from which it is free of charge (business clock).', () => DateTime)
  startsAt!: Date

  @field('Time at which it ends (business clock).', () => DateTime)
  endsAt!: Date

  @field('Reason of the operator.', () => String)
  reason!: string

  @field('The plan that follows: that of a subscription, otherwise the default plan.', () => Plan)
  next!: Plan
}

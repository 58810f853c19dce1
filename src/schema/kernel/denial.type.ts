import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from './denial-code.js'
import { field, objectType } from './decorators.js'
import { DENIAL_CODE, DENIAL_MESSAGE } from './descriptions.js'
import { Quantity } from './quantity.type.js'
import { payloadDenial } from './payload.js'
import { DateTime } from './scalars.js'
import { ValidationIssue } from './validation-issue.type.js'

@objectType('Numbers of a denial about an amount.')
export class DeniedQuantity {
  @field('Feature that the amount is of.', () => Feature)
  feature!: Feature

  @field('Allowed amount in all: the limit, quota, cap or rate. Null for credits and pools.', () => Quantity, {
    nullable: true,
  })
  limit!: Quantity | null

  @field('Used amount, including reservations. Null for credits and pools.', () => Quantity, { nullable: true })
  used!: Quantity | null

  @field('Requested amount.', () => Quantity)
  requested!: Quantity

  @field('Remaining amount. Zero or less if none. Null for what concerns the parent account.', () => Quantity, {
    nullable: true,
  })
  remaining!: Quantity | null

  @field(
    'Time at which use starts again at zero (business clock; machine clock for rates). Null if it does not.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  resetsAt!: Date | null
}

@payloadDenial
@objectType('An expected refusal with a code, an explanation and remedies.')
export class Denial {
  readonly __typename!: 'Denial'

  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string

  @field('Every problem of the arguments. Empty if no argument caused the denial.', () => [ValidationIssue])
  issues!: readonly ValidationIssue[]

  @field('Numbers of a denial about an amount. Null for other denials.', () => DeniedQuantity, { nullable: true })
  quantity!: DeniedQuantity | null

  @field('Seconds after which to try again (machine clock). Null unless too many requests were sent.', () => Number, {
    nullable: true,
  })
  retryAfterSeconds!: number | null

  @field('Current plan of the account. Null if the denial does not depend on the plan.', () => Plan, { nullable: true })
  currentPlan!: Plan | null

  @field('Plan with the lowest rank that suffices. Null if no plan is required.', () => Plan, { nullable: true })
  requiredPlan!: Plan | null

  /** The denial as services return it, from which resolvers derive further fields. */
  source!: DenialValue
}

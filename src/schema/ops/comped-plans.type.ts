import { Plan } from '../catalog/plan.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { SafeInt } from '../kernel/scalars.js'

@objectType('Complimentary plans that run now, for one plan. They are no revenue.')
export class CompedPlanFigures {
  readonly __typename!: 'CompedPlanFigures'

  @field('The plan.', () => Plan)
  plan!: Plan

  @field('Number of accounts that have it free of charge.', () => SafeInt)
  accountCount!: number

  @field('Units of a plan that is priced by the unit, otherwise the number of accounts.', () => SafeInt)
  quantity!: number

  @field(
    'Price of these units in a month by the price list, in the currency of the catalog. Null without such a price.',
    () => Money,
    { nullable: true },
  )
  listPerMonth!: Money | null
}

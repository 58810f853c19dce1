import { Int } from 'type-graphql'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'

export const IntervalUnit = enumType('IntervalUnit', 'Unit of a billing interval.', {
  DAY: 'Calendar days.',
  WEEK: 'Weeks of seven days.',
  MONTH: 'Calendar months. A quarter is three of them.',
  YEAR: 'Calendar years.',
})
export type IntervalUnit = keyof typeof IntervalUnit

@objectType('A billing interval, for example three months.')
export class Interval {
  readonly __typename!: 'Interval'

  @field('Unit of the interval.', () => IntervalUnit)
  unit!: IntervalUnit

  @field('Number of units.', () => Int)
  count!: number
}

@inputType('A billing interval, for example three months. Twelve months are a year.')
export class IntervalInput {
  @field('Unit of the interval.', () => IntervalUnit)
  unit!: IntervalUnit

  @field('Number of units, at least 1.', () => Int, { defaultValue: 1 })
  count!: number
}

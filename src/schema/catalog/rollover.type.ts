import { field, objectType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'

@objectType('Unused units of a quota that can be used in the next windows. Either `percent` or `amount` limits them.')
export class Rollover {
  readonly __typename?: 'Rollover'

  @field('Share of the unused units. Null if `amount` limits them.', () => SafeInt, { nullable: true })
  percent!: number | null

  @field('Most unused units of one window. Null if `percent` limits them.', () => SafeInt, { nullable: true })
  amount!: number | null

  @field('Most units that have rolled over at the same time. Null if there is no limit.', () => SafeInt, {
    nullable: true,
  })
  maximum!: number | null

  @field('Number of windows in which the units can be used.', () => SafeInt)
  periodCount!: number
}

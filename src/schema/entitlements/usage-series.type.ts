import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { UsagePoint } from './usage-point.type.js'

@objectType('Daily usage of one feature.')
export class UsageSeries {
  readonly __typename!: 'UsageSeries'

  @field('Feature that was used.', () => Feature)
  feature!: Feature

  @field('Usage per day, also for days without usage.', () => [UsagePoint])
  points!: readonly UsagePoint[]
}

import { field, objectType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'
import { Feature } from './feature.type.js'

/** How much of a feature a plan or package grants. */
@objectType('How much of a feature a plan or a package grants.')
export class PlanFeature {
  readonly __typename?: 'PlanFeature'

  @field('The feature.', () => Feature)
  feature!: Feature

  @field('Whether it is granted at all.', () => Boolean)
  enabled!: boolean

  @field('Whether there is no limit; `amount` is null then.', () => Boolean)
  unlimited!: boolean

  @field('How many; null when unlimited or when the feature is not counted.', () => SafeInt, { nullable: true })
  amount!: number | null

  @field(
    'After what time the amount is new again: `month`, `billing_period` or a sliding `30d`; null when it never is.',
    () => String,
    { nullable: true },
  )
  window!: string | null

  @field('Whether the amount counts for each paid seat.', () => Boolean)
  perSeat!: boolean

  @field(
    'The whole of it in plain text, for example `200 AI stories a month per seat`; null if the feature is not included.',
    () => String,
    {
      nullable: true,
    },
  )
  text!: string | null
}

import { field, objectType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'
import { Overage } from '../entitlements/overage.type.js'
import { Rollover } from './rollover.type.js'
import { Feature } from './feature.type.js'

@objectType('Amount of a feature granted by a plan or package.')
export class PlanFeature {
  readonly __typename?: 'PlanFeature'

  @field('The granted feature.', () => Feature)
  feature!: Feature

  @field('Whether the feature is granted.', () => Boolean)
  enabled!: boolean

  @field('Whether there is no limit. `amount` is then null.', () => Boolean)
  unlimited!: boolean

  @field('Units granted. Null if unlimited or not counted.', () => SafeInt, { nullable: true })
  amount!: number | null

  @field(
    'Reset interval: `hour`, `day`, `week`, `month` (UTC), `billing_period` or a sliding window such as `30d`. Null if it never resets.',
    () => String,
    { nullable: true },
  )
  window!: string | null

  @field('Whether the amount is granted per paid seat.', () => Boolean)
  perSeat!: boolean

  @field(
    'Plain text of the grant, for example `200 AI stories a month per seat`. Null if the feature is not granted.',
    () => String,
    {
      nullable: true,
    },
  )
  text!: string | null

  @field('Price of units beyond the amount. Null if they are denied.', () => Overage, { nullable: true })
  overage!: Overage | null

  @field('Terms of unused units. Null if they end with the window.', () => Rollover, { nullable: true })
  rollover!: Rollover | null
}

import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { AlertBasis } from './alert-basis.js'

@objectType('A level that use reaches, or that a balance falls below, with the numbers that it watches.', {
  implements: Node,
})
export class Alert implements Node {
  readonly __typename!: 'Alert'
  id!: string

  @field('Feature whose use or balance counts.', () => Feature)
  feature!: Feature

  @field('Number that the alert watches.', () => AlertBasis)
  basis!: AlertBasis

  @field('Percent of `base`. Null for a level in units, and for a forecast.', () => Number, { nullable: true })
  percent!: number | null

  @field(
    'The level in units; for one in percent: `percent` of `base`, rounded up. Null for a forecast, and for a percent without an allowance.',
    () => SafeInt,
    { nullable: true },
  )
  units!: number | null

  @field(
    'Units that the window grants; for a balance in percent the highest balance since the last grant: of credits, a pack, or an allowance at the start of its window. Null if unlimited, without an allowance, and for a balance in units.',
    () => SafeInt,
    { nullable: true },
  )
  base!: number | null

  @field(
    'Units of the allowance that are used in the present window. Reserved units do not count. Null for a balance.',
    () => SafeInt,
    { nullable: true },
  )
  used!: number | null

  @field(
    'Units that are not used yet, reserved ones included. Null if unlimited, and for the use of an allowance.',
    () => SafeInt,
    { nullable: true },
  )
  balance!: number | null

  @field(
    'Units at the end of the window at the present rate: used / elapsed × length of the window. Null before a tenth of the window, without an allowance, and for a balance.',
    () => SafeInt,
    { nullable: true },
  )
  forecast!: number | null

  @field(
    'Whether the level is reached. On a balance, the next alert follows after it has risen and fallen again.',
    () => Boolean,
  )
  reached!: boolean

  @field('End of the present window (business clock). Null without an allowance, and for a balance.', () => DateTime, {
    nullable: true,
  })
  resetsAt!: Date | null
}

@ArgsType()
export class AlertsArgs {
  @field('Code of the feature. Default: all.', () => String, { nullable: true })
  feature?: string | null
}

@inputType('An alert: on a forecast, or with a level in percent or in units.')
export class AlertInput {
  @field('Number that the alert watches.', () => AlertBasis)
  basis!: AlertBasis

  @field(
    'Percent, 1–100: of the allowance, or of what the account held after its last grant. At most 5 for each basis.',
    () => Int,
    { nullable: true },
  )
  percent?: number | null

  @field(
    'Used units, also of an unlimited allowance, or units that are left. At most 5 for each basis.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  units?: number | null
}

@ArgsType()
export class SetAlertsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Code of a feature that the catalog lists in `balance_alerts`. Alerts on allowances and forecasts require a quota whose window is not sliding.',
    () => String,
  )
  feature!: string

  @field('Alerts in place of the earlier ones. Empty: none.', () => [AlertInput])
  alerts!: AlertInput[]

  @keyArgument()
  idempotencyKey!: string
}

import { ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { Account } from '../identity/account.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('Alerts of an account on the allowance of a quota, with their basis.')
export class UsageAlert {
  readonly __typename?: 'UsageAlert'

  @field('Quota whose allowance counts.', () => Feature)
  feature!: Feature

  @field('Percent of the allowance at which an alert is sent, ascending.', () => [Int])
  percents!: readonly number[]

  @field('Used units of the allowance at which an alert is sent, ascending.', () => [SafeInt])
  amounts!: readonly number[]

  @field('Whether an alert is sent when the forecast exceeds the allowance.', () => Boolean)
  onForecast!: boolean

  @field('Units of the allowance that are used in the present window. Reserved units do not count.', () => SafeInt)
  used!: number

  @field('Units that the window grants. Null if unlimited, and without an allowance.', () => SafeInt, {
    nullable: true,
  })
  allowance!: number | null

  @field(
    'Units at the end of the window at the present rate: used / elapsed × length of the window. Null before a tenth of the window.',
    () => SafeInt,
    { nullable: true },
  )
  forecast!: number | null

  @field('End of the present window (business clock). Null without an allowance.', () => DateTime, { nullable: true })
  resetsAt!: Date | null
}

@inputType('Alerts on the allowance of a quota. Without a level and a forecast there are none.')
export class SetUsageAlertsInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Code of a quota that the catalog lists in `balance_alerts`, with the window `month` or `billing_period`.',
    () => String,
  )
  feature!: string

  @field('Percent of the allowance, 1–100, at most 5, in place of the earlier ones.', () => [Int])
  percents!: number[]

  @field(
    'Used units of the allowance, at most 5, in place of the earlier ones. Default: none. Also for an unlimited allowance.',
    () => [SafeInt],
    { nullable: true },
  )
  amounts?: number[] | null

  @field('Send an alert when the forecast exceeds the allowance. Default: false.', () => Boolean, { nullable: true })
  onForecast?: boolean | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const SetUsageAlertsResult = unionType(
  'SetUsageAlertsResult',
  'The account with its alerts, or a denial.',
  () => [Account, Refused],
)
export type SetUsageAlertsResult = Account | Refused

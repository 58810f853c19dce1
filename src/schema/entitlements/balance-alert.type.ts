import { ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { Account } from '../identity/account.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { SafeInt } from '../kernel/scalars.js'

@objectType('A balance of a feature below which an alert is sent.')
export class BalanceAlert {
  readonly __typename?: 'BalanceAlert'

  @field('Feature whose balance counts.', () => Feature)
  feature!: Feature

  @field('Units below which the alert is sent. For a level in percent: `percent` of `base`, rounded up.', () => SafeInt)
  threshold!: number

  @field('Percent of `base` below which the alert is sent. Null for a level in units.', () => Int, { nullable: true })
  percent!: number | null

  @field(
    'Highest balance since the last grant: of credits, a pack, or an allowance at the start of its window. Null for a level in units.',
    () => SafeInt,
    { nullable: true },
  )
  base!: number | null

  @field('Units that are not used yet, reserved ones included. Null if unlimited.', () => SafeInt, { nullable: true })
  balance!: number | null

  @field(
    'Whether the balance is below the level. The next alert follows after it has risen and fallen again.',
    () => Boolean,
  )
  below!: boolean
}

@inputType('Balances below which alerts are sent, in units and in percent.')
export class SetBalanceAlertsInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a feature that the catalog lists in `balance_alerts`.', () => String)
  feature!: string

  @field('Units, at most 5 levels, in place of the earlier ones. Empty: none.', () => [SafeInt])
  levels!: number[]

  @field(
    'Percent, 1–100, of what the account held after its last grant of the feature, at most 5, in place of the earlier ones. Default: none.',
    () => [Int],
    { nullable: true },
  )
  percents?: number[] | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const SetBalanceAlertsResult = unionType(
  'SetBalanceAlertsResult',
  'The account with its alerts, or a denial.',
  () => [Account, Refused],
)
export type SetBalanceAlertsResult = Account | Refused

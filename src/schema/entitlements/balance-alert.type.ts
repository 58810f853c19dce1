import { ID } from 'type-graphql'
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

  @field('Units below which the alert is sent.', () => SafeInt)
  threshold!: number

  @field('Units that are not used yet, reserved ones included. Null if unlimited.', () => SafeInt, { nullable: true })
  balance!: number | null

  @field(
    'Whether the balance is below the level. The next alert follows after it has risen and fallen again.',
    () => Boolean,
  )
  below!: boolean
}

@inputType('Balances below which alerts are sent.')
export class SetBalanceAlertsInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a feature that the catalog lists in `balance_alerts`.', () => String)
  feature!: string

  @field('Units, at most 5 levels, in place of the earlier ones. Empty: no alerts.', () => [SafeInt])
  levels!: number[]

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const SetBalanceAlertsResult = unionType(
  'SetBalanceAlertsResult',
  'The account with its alerts, or a denial.',
  () => [Account, Refused],
)
export type SetBalanceAlertsResult = Account | Refused

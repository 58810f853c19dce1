import { ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { Account } from '../identity/account.type.js'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { Money } from '../kernel/money.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { SpendCapPeriod } from './spend-cap-period.js'

export const SpendCapSetter = enumType('SpendCapSetter', 'Setter of a cap.', {
  ACCOUNT: 'An owner or admin of the account.',
  OPERATOR: 'An operator. The account cannot change it.',
})
export type SpendCapSetter = keyof typeof SpendCapSetter

/** Most units of a feature in a period. */
@objectType('Most units of a feature that the account uses in a period.')
export class SpendCap {
  readonly __typename?: 'SpendCap'

  @field('Feature that is capped.', () => Feature)
  feature!: Feature

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field('Setter of the cap.', () => SpendCapSetter)
  setter!: SpendCapSetter

  @field('Most units in a period.', () => SafeInt)
  amount!: number

  @field('Units used in the present period.', () => SafeInt)
  used!: number

  @field('Units of open reservations.', () => SafeInt)
  reserved!: number

  @field('Units that the cap still allows in the present period.', () => SafeInt)
  remaining!: number

  @field('Percent of the amount at which an alert is sent, ascending.', () => [Int])
  alertPercents!: readonly number[]

  @field('End of the present period (business clock).', () => DateTime)
  resetsAt!: Date
}

@objectType('Most units of a feature that one member of the account uses in a period.')
export class MemberCap {
  readonly __typename?: 'MemberCap'

  @field('Member whose use is limited.', () => ID)
  userId!: string

  @field('Feature that is capped.', () => Feature)
  feature!: Feature

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field('Setter of the cap.', () => SpendCapSetter)
  setter!: SpendCapSetter

  @field('Most units in a period.', () => SafeInt)
  amount!: number

  @field('Units that the member used in the present period.', () => SafeInt)
  used!: number

  @field('Units of open reservations of the member.', () => SafeInt)
  reserved!: number

  @field('Units that the cap still allows in the present period.', () => SafeInt)
  remaining!: number

  @field('Percent of the amount at which an alert is sent, ascending.', () => [Int])
  alertPercents!: readonly number[]

  @field('End of the present period (business clock).', () => DateTime)
  resetsAt!: Date
}

@objectType('Highest cost of a feature beyond its allowance in a period.')
export class MoneyCap {
  readonly __typename?: 'MoneyCap'

  @field('Feature whose cost is capped.', () => Feature)
  feature!: Feature

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field('Setter of the cap.', () => SpendCapSetter)
  setter!: SpendCapSetter

  @field('Highest cost in a period.', () => Money)
  amount!: Money

  @field('Cost of the present period.', () => Money)
  used!: Money

  @field('Cost that open reservations have when they are committed.', () => Money)
  reserved!: Money

  @field('Cost that the cap still allows in the present period.', () => Money)
  remaining!: Money

  @field('Percent of the amount at which an alert is sent, ascending.', () => [Int])
  alertPercents!: readonly number[]

  @field('End of the present period (business clock).', () => DateTime)
  resetsAt!: Date
}

@objectType('Highest cost of a feature beyond its allowance that the use of one member of the account has in a period.')
export class MemberMoneyCap {
  readonly __typename?: 'MemberMoneyCap'

  @field('Member whose cost is limited.', () => ID)
  userId!: string

  @field('Feature whose cost is capped.', () => Feature)
  feature!: Feature

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field('Setter of the cap.', () => SpendCapSetter)
  setter!: SpendCapSetter

  @field('Highest cost in a period.', () => Money)
  amount!: Money

  @field('Cost of the use of the member in the present period, rounded up.', () => Money)
  used!: Money

  @field('Cost that open reservations of the member have when they are committed.', () => Money)
  reserved!: Money

  @field('Cost that the cap still allows in the present period.', () => Money)
  remaining!: Money

  @field('Percent of the amount at which an alert is sent, ascending.', () => [Int])
  alertPercents!: readonly number[]

  @field('End of the present period (business clock).', () => DateTime)
  resetsAt!: Date
}

@inputType('A spend cap to set: either `amount` or `money`.')
export class SetSpendCapInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of a feature that the catalog lists in `spend_caps`.', () => String)
  feature!: string

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field(
    'Most units in a period, 0–1,000,000,000,000; at most the cap of the operator. 0 allows no unit.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  amount?: number | null

  @field(
    'Highest cost beyond the allowance in a period, in the currency of the catalog; at most the cap of the operator. 0 allows nothing beyond the allowance.',
    () => MoneyInput,
    { nullable: true },
  )
  money?: MoneyInput | null

  @field(
    'Percent of the amount at which an alert is sent, 1–100, at most 5. Default: those of the cap that it replaces, otherwise none.',
    () => [Int],
    {
      nullable: true,
    },
  )
  alertPercents?: number[] | null

  @field('Set a cap that the account cannot change. Requires an operator. Default: false.', () => Boolean, {
    nullable: true,
  })
  asOperator?: boolean | null

  @field('Member whose use the cap limits. Default: the whole account.', () => ID, { nullable: true })
  userId?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('A spend cap to remove.')
export class RemoveSpendCapInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the feature.', () => String)
  feature!: string

  @field('Period of the cap.', () => SpendCapPeriod)
  period!: SpendCapPeriod

  @field('Remove the cap of an operator. Requires an operator. Default: false.', () => Boolean, { nullable: true })
  asOperator?: boolean | null

  @field('Remove the cap in money instead of the cap in units. Default: false.', () => Boolean, { nullable: true })
  inMoney?: boolean | null

  @field('Member whose cap is removed. Default: the cap of the whole account.', () => ID, { nullable: true })
  userId?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const SetSpendCapResult = unionType('SetSpendCapResult', 'The account with the cap, or a denial.', () => [
  Account,
  Refused,
])
export type SetSpendCapResult = Account | Refused

export const RemoveSpendCapResult = unionType(
  'RemoveSpendCapResult',
  'The account without the cap, or a denial.',
  () => [Account, Refused],
)
export type RemoveSpendCapResult = Account | Refused

import { connection } from '../kernel/connection.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { Package } from '../catalog/package.type.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Denial } from '../kernel/denial.type.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { PaymentMethod } from './payment-method.type.js'
import { PaymentProvider } from './payment-provider.js'

export const AutoTopUpStatus = enumType('AutoTopUpStatus', 'Status of an automatic top-up.', {
  ACTIVE: 'A balance below the threshold causes a top-up.',
  CHARGING: 'A top-up is in progress. No other one begins.',
  WAITING: 'The month has no top-up left. The next one is possible when the next month begins.',
  STOPPED: 'Nothing is charged until it is set again.',
})
export type AutoTopUpStatus = keyof typeof AutoTopUpStatus

export const TopUpStop = enumType('TopUpStop', 'Cause for which an automatic top-up stopped.', {
  DECLINED: 'The payment method was declined.',
  AUTHENTICATION_REQUIRED: 'The bank requires the customer to confirm payments.',
  NO_PAYMENT_METHOD: 'No active subscription has a saved payment method.',
  PRICE_CHANGED: 'The pack costs more than the account agreed to.',
  NOT_FOR_SALE: 'The pack is not for sale any more.',
  REVERSED: 'An earlier top-up was refunded or charged back.',
  DISPUTED: 'A payment of the account is disputed.',
  UNKNOWN_RESULT: 'The provider did not respond for a day.',
  REQUEST_REJECTED: 'The provider did not accept the request, for a reason other than the payment method.',
})
export type TopUpStop = keyof typeof TopUpStop

export const TopUpStatus = enumType('TopUpStatus', 'Status of one top-up.', {
  WAITING: 'The month has no top-up left.',
  CHARGING: 'Stored; the provider has not responded yet.',
  PENDING: 'The payment takes days.',
  PAID: 'Paid and granted.',
  FAILED: 'Not paid. The automatic top-up has stopped.',
  SKIPPED: 'Not needed any more. Nothing was charged.',
})
export type TopUpStatus = keyof typeof TopUpStatus

@objectType('A pack that is bought automatically when the balance of a feature falls below a threshold.')
export class AutoTopUp {
  readonly __typename?: 'AutoTopUp'

  @field('Feature whose balance counts.', () => Feature)
  feature!: Feature

  @field('The pack. Null if the catalog does not contain it any more.', () => Package, { nullable: true })
  package!: Package | null

  @field('Number of packs in one top-up.', () => SafeInt)
  quantity!: number

  @field('Units below which the balance causes a top-up.', () => SafeInt)
  threshold!: number

  @field('Most that one top-up costs.', () => Money)
  price!: Money

  @field('Most top-ups in a calendar month (UTC).', () => Int)
  maxPerMonth!: number

  @field('Top-ups of the present month that were paid or are in progress.', () => SafeInt)
  thisMonthCount!: number

  @field('Status of the automatic top-up.', () => AutoTopUpStatus)
  status!: AutoTopUpStatus

  @field('Cause for which it stopped. Null if it did not.', () => TopUpStop, { nullable: true })
  stopReason!: TopUpStop | null

  @field('Time at which it stopped (business clock). Null if it did not.', () => DateTime, { nullable: true })
  stoppedAt!: Date | null
}

@objectType('One automatic purchase of a pack.', { implements: Node })
export class TopUp implements Node {
  readonly __typename!: 'TopUp'

  id!: string

  @field('Feature whose balance fell below the threshold.', () => Feature)
  feature!: Feature

  @field('Status of the top-up.', () => TopUpStatus)
  status!: TopUpStatus

  @field('Cause of a failure. Null without one.', () => TopUpStop, { nullable: true })
  failureReason!: TopUpStop | null

  @field('Amount of the charge.', () => Money)
  price!: Money

  @field('Time at which the balance was processed (business clock).', () => DateTime)
  createdAt!: Date

  @field('Time of the result (business clock). Null before.', () => DateTime, { nullable: true })
  completedAt!: Date | null
}

export const TopUpConnection = connection('TopUp', 'top-ups', () => TopUp)
export type TopUpConnection = InstanceType<typeof TopUpConnection>

@objectType('Effect of an automatic top-up before it is set. Nothing is stored or charged.')
export class AutoTopUpPreview {
  readonly __typename?: 'AutoTopUpPreview'

  @field('Whether `setAutoTopUp` would succeed.', () => Boolean)
  allowed!: boolean

  @field('Feature that the pack grants. Null if the pack cannot be bought automatically.', () => Feature, {
    nullable: true,
  })
  feature!: Feature | null

  @field('Price of one top-up, to be confirmed as `price`. Null without a pack.', () => Money, { nullable: true })
  price!: Money | null

  @field('Most that top-ups cost in a calendar month. Null for invalid terms.', () => Money, { nullable: true })
  maxPricePerMonth!: Money | null

  @field('Units that one top-up grants. Null without a pack.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Present balance. Null if unlimited, and without a pack.', () => SafeInt, { nullable: true })
  balance!: number | null

  @field('Whether the first top-up follows immediately, because the balance is below the threshold.', () => Boolean)
  chargesNow!: boolean

  @field('Provider that charges it. Null if the terms are denied.', () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null

  @field('Payment method that is charged. Null if the terms are denied.', () => PaymentMethod, { nullable: true })
  paymentMethod!: PaymentMethod | null

  @field('Reason for the denial, with remedies. Null if allowed.', () => Denial, { nullable: true })
  denial!: Denial | null
}

@inputType('Terms of an automatic top-up.')
export class AutoTopUpTermsInput {
  @field('Code of a pack that the catalog lists in `top_ups`.', () => String)
  package!: string

  @field('Number of packs in one top-up. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field('Units below which the balance causes a top-up, at most the units of one top-up.', () => SafeInt)
  threshold!: number

  @field('Most top-ups in a calendar month (UTC), at most the `max_per_month` of the catalog.', () => Int)
  maxPerMonth!: number
}

@ArgsType()
export class SetAutoTopUpArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Pack, threshold and limit.', () => AutoTopUpTermsInput)
  terms!: AutoTopUpTermsInput

  @field('Price of one top-up, as previewed: the consent to charge it. No top-up costs more.', () => MoneyInput)
  price!: MoneyInput

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class RemoveAutoTopUpArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @keyArgument()
  idempotencyKey!: string
}

import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { DenialCode } from '../kernel/denial-code.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { MoneyInput } from '../kernel/money.input.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { Actor } from '../identity/actor.type.js'
import { WorkInput } from '../entitlements/work.input.js'
export const UsageDifferenceKind = enumType('UsageDifferenceKind', 'Kind of difference between two engines.', {
  ALLOWED_THERE: 'Allowed by the other engine, and denied here.',
  DENIED_THERE: 'Denied by the other engine, and allowed here.',
  UNITS: 'Priced at another number of units or credits.',
  COST: 'Priced at another amount of money.',
  REMAINING: 'Other remaining units, by another number than after the last use.',
  RESET: 'Another time of the next reset, by another duration than at the last use.',
})
export type UsageDifferenceKind = keyof typeof UsageDifferenceKind

export const ComparisonBalances = enumType('ComparisonBalances', 'Balances after the end of a comparison.', {
  CONTINUE: 'Continued: an open batch has the usage that was counted and still counts.',
  DISCARD: 'Those of the ledger: the usage that was counted has no effect.',
})
export type ComparisonBalances = keyof typeof ComparisonBalances

/** `usageBatch`, `accountCount`, `totals` and `differences` are added by resolvers. */
@objectType('Comparison of the decisions of another engine with those of this server.', { implements: Node })
export class UsageComparison implements Node {
  readonly __typename!: 'UsageComparison'
  id!: string

  @field('Name that was given.', () => String)
  name!: string

  @field('Reason that was given.', () => String)
  reason!: string

  @field('Operator who started it.', () => Actor)
  startedBy!: Actor

  @field('Time it was started (business clock).', () => DateTime)
  startedAt!: Date

  @field('Operator who ended it. Null while it runs.', () => Actor, { nullable: true })
  endedBy!: Actor | null

  @field('Reason for the end. Null while it runs.', () => String, { nullable: true })
  endReason!: string | null

  @field('Time it was ended (business clock). Null while it runs.', () => DateTime, { nullable: true })
  endedAt!: Date | null

  /** ID of the batch that `usageBatch` loads. */
  usageBatchId!: string | null
}

/** `differenceCount` is added by a resolver. */
@objectType('Compared uses of one feature.')
export class UsageComparisonTotal {
  readonly __typename!: 'UsageComparisonTotal'

  @field('Feature of the uses. Null if the catalog does not have it any more.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Number of compared uses.', () => SafeInt)
  comparedCount!: number

  @field('Number of uses on which the engines agree.', () => SafeInt)
  equalCount!: number

  @field('Units that the other engine allowed and that were not available here.', () => SafeInt)
  uncoveredUnits!: number

  /** Number of uses by kind of difference. */
  differences!: ReadonlyMap<UsageDifferenceKind, number>
}

@objectType('Decision of one engine on a use.')
export class ComparedDecision {
  readonly __typename!: 'ComparedDecision'

  @field('True if the use was allowed.', () => Boolean)
  allowed!: boolean

  @field('Units or credits that it cost. Null if it was denied or not stated.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Cost beyond the allowance. Null without cost, and if it was not stated.', () => Money, { nullable: true })
  cost!: Money | null

  @field('Units left afterwards. Null if unlimited or not stated.', () => SafeInt, { nullable: true })
  remaining!: number | null

  @field('Time of the next reset (business clock). Null without one, and if it was not stated.', () => DateTime, {
    nullable: true,
  })
  resetsAt!: Date | null

  @field('Reason of the denial. Null if allowed, and for the other engine.', () => DenialCode, { nullable: true })
  denialCode!: DenialCode | null

  @field('Explanation of the denial. Null if allowed, and for the other engine.', () => String, { nullable: true })
  denialMessage!: string | null
}

/** `account` is added by a resolver. */
@objectType('A use on which the engines differ.', { implements: Node })
export class UsageDifference implements Node {
  readonly __typename!: 'UsageDifference'
  id!: string

  @field('Key of the use.', () => String)
  key!: string

  @field('Feature of the use. Null if the catalog does not have it any more.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Time of the use (business clock).', () => DateTime)
  at!: Date

  @field('Kinds of differences, at least one.', () => [UsageDifferenceKind])
  kinds!: UsageDifferenceKind[]

  @field('Decision of the other engine.', () => ComparedDecision)
  theirs!: ComparedDecision

  @field('Decision of this server.', () => ComparedDecision)
  ours!: ComparedDecision

  @field('Units that the other engine allowed and that were not available here.', () => SafeInt)
  uncoveredUnits!: number

  /** ID of the account that `account` loads. */
  accountId!: string
}

/** A page of comparisons. */
export const UsageComparisonConnection = connection('UsageComparison', 'comparisons', () => UsageComparison)
export type UsageComparisonConnection = InstanceType<typeof UsageComparisonConnection>

/** A page of differences. */
export const UsageDifferenceConnection = connection(
  'UsageDifference',
  'differences of a comparison',
  () => UsageDifference,
)
export type UsageDifferenceConnection = InstanceType<typeof UsageDifferenceConnection>

@ArgsType()
export class StartUsageComparisonArgs {
  @field('Name of the comparison, 1–200 characters.', () => String)
  name!: string

  @field(REASON, () => String)
  reason!: string

  @field('Accounts, 1–500, by ID or reference. Each can be in one running comparison.', () => [ID])
  accountIds!: readonly string[]

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class PreviewUsageComparisonEndArgs {
  @argument('id', 'Comparison to preview.', () => ID)
  usageComparisonId!: string

  @field('Balances after the end.', () => ComparisonBalances, { nullable: true, defaultValue: 'CONTINUE' })
  balances?: ComparisonBalances | null

  @field('Reason that the end would have, 1–500 characters. Default: not checked.', () => String, { nullable: true })
  reason?: string | null
}

@ArgsType()
export class EndUsageComparisonArgs {
  @argument('id', 'ID of the comparison.', () => ID)
  usageComparisonId!: string

  @field(REASON, () => String)
  reason!: string

  @field('Balances after the end.', () => ComparisonBalances)
  balances!: ComparisonBalances
}

@inputType('A use with the decision of the other engine.')
export class ComparedUseInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, 1–1,000,000,000,000. Required without `work`.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field(
    'Time of the use (business clock), within the last 24 hours and after the start of the comparison. Default: now.',
    () => DateTime,
    { nullable: true },
  )
  at?: Date | null

  @field(
    'Key of the use, unique for the account in the comparison. A use that is sent again is compared once. 1–255 printable ASCII characters without spaces.',
    () => String,
  )
  key!: string

  @field('True if the other engine allowed the use.', () => Boolean)
  allowed!: boolean

  @field('Units or credits that the other engine charged. Default: not compared.', () => SafeInt, { nullable: true })
  units?: number | null

  @field('Cost that the other engine charged beyond the allowance. Default: not compared.', () => MoneyInput, {
    nullable: true,
  })
  cost?: MoneyInput | null

  @field('Units left in the other engine afterwards. Default: not compared.', () => SafeInt, { nullable: true })
  remaining?: number | null

  @field('Next reset in the other engine (business clock). Default: not compared.', () => DateTime, { nullable: true })
  resetsAt?: Date | null
}

@ArgsType()
export class CompareUsageArgs {
  @field('Uses in the order in which they happened, at most 200.', () => [ComparedUseInput])
  uses!: readonly ComparedUseInput[]
}

export const UsageComparisonPayload = payload(UsageComparison)

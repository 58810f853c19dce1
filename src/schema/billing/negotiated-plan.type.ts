import { connection } from '../kernel/connection.js'
import { payload } from '../kernel/payload.js'
import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { IntervalInput } from '../catalog/interval.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { Price } from '../catalog/price.type.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

export const NegotiatedPlanStatus = enumType('NegotiatedPlanStatus', 'Status of a negotiated plan.', {
  OFFERED: 'The account can accept it with `startSubscription` or `changePlan`.',
  EXPIRED: 'It was not accepted in time.',
  WITHDRAWN: 'An operator withdrew it before it was accepted.',
  ACTIVE: 'The subscription of the account has the price.',
  ENDED: 'The subscription of the account has another price again, or ended.',
})
export type NegotiatedPlanStatus = keyof typeof NegotiatedPlanStatus

@objectType(
  'A plan at a price that an operator offered to one account. Other accounts cannot see it. Its ID is `negotiatedPlanId` of `startSubscription` and `changePlan`.',
  {
    implements: Node,
  },
)
export class NegotiatedPlan implements Node {
  readonly __typename!: 'NegotiatedPlan'

  id!: string

  @field('Status now.', () => NegotiatedPlanStatus)
  status!: NegotiatedPlanStatus

  @field('The plan in its current version.', () => Plan)
  plan!: Plan

  @field(
    'Terms of the offer: a version for this account if it changes features, otherwise the one on sale.',
    () => PlanVersion,
  )
  planVersion!: PlanVersion

  @field('The price of one unit in one period.', () => Price)
  price!: Price

  @field('Units that the account accepts.', () => SafeInt)
  quantity!: number

  @field('The price of the catalog that follows. Null if the catalog has none any more.', () => Price, {
    nullable: true,
  })
  ordinaryPrice!: Price | null

  @field('Number of periods at this price. Null if it ends at a time.', () => Int, { nullable: true })
  periods!: number | null

  @field(
    'Periods that begin from then on have the ordinary price (business clock). Null before the first period if `periods` is set.',
    () => DateTime,
    { nullable: true },
  )
  endsAt!: Date | null

  @field('Time until which the account can accept it (business clock).', () => DateTime)
  expiresAt!: Date

  @field('Reason or note of the operator. Null after the account was deleted.', () => String, { nullable: true })
  reason!: string | null

  @field('Time of the offer (business clock).', () => DateTime)
  createdAt!: Date

  @field('Start of the first period at this price (business clock). Null before.', () => DateTime, { nullable: true })
  startedAt!: Date | null

  @field('Time from which it is not paid any more (business clock). Null before.', () => DateTime, { nullable: true })
  endedAt!: Date | null
}

@inputType('A plan to offer to one account at a price.')
export class OfferNegotiatedPlanInput extends Keyed {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a paid plan that is for sale.', () => String)
  plan!: string

  @field(
    'Price of one unit in one period, in the currency of the subscription of the account, or without one in a currency of the catalog.',
    () => MoneyInput,
  )
  price!: MoneyInput

  @field('Billing interval: one for which the catalog has a price of the plan.', () => IntervalInput)
  interval!: IntervalInput

  @field('Units of a plan that is priced by the unit, 1–10,000. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field(
    'Terms of features in place of those of the plan, in the form of the catalog file: `{ "calls": { "amount": 50000, "overage": { "price": "0.002", "cap": 100000 } } }`. They end with the price. Default: the terms of the plan.',
    () => JSONValue,
    { nullable: true },
  )
  features?: unknown

  @field('Number of periods at this price, 1–120. Give either this or `endsAt`.', () => Int, { nullable: true })
  periods?: number | null

  @field('Periods that begin from then on have the ordinary price (business clock).', () => DateTime, {
    nullable: true,
  })
  endsAt?: Date | null

  @field('Time until which the account can accept it (business clock). Default: in 30 days.', () => DateTime, {
    nullable: true,
  })
  expiresAt?: Date | null

  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string
}

@ArgsType()
export class WithdrawNegotiatedPlanArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @argument('id', 'ID of the negotiated plan.', () => ID)
  negotiatedPlanId!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

/** A page of negotiated plans. */
export const NegotiatedPlanConnection = connection('NegotiatedPlan', 'negotiated plans', () => NegotiatedPlan)
export type NegotiatedPlanConnection = InstanceType<typeof NegotiatedPlanConnection>

export const NegotiatedPlanPayload = payload(NegotiatedPlan)

import { payload } from '../kernel/payload.js'
import { argument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { REASON } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

export const DriftKind = enumType('DriftKind', 'Kind of a difference between a payment provider and this server.', {
  MISSING_EVENT: 'The provider sent an event that was not received.',
  MISSING_SUBSCRIPTION: 'A subscription is active at the provider and not recorded here.',
  UNKNOWN_CUSTOMER: 'A subscription is active at the provider for a customer that is not recorded here.',
  EXTRA_SUBSCRIPTION: 'A subscription is active here and not found at the provider.',
  WRONG_STATUS: 'A subscription has another status at the provider.',
  WRONG_PLAN: 'A subscription has another plan at the provider.',
  WRONG_QUANTITY: 'A subscription has another quantity at the provider.',
  WRONG_DISCOUNTS: 'A subscription has other discounts at the provider.',
  WRONG_LINES: 'A subscription has other add-ons, quantities or prices at the provider.',
  WRONG_TERMS:
    'A subscription has another period, trial, end or payment method at the provider, or another assignment here.',
  PAID_NOT_GRANTED: 'A subscription or checkout is paid at the provider, and its product is not assigned here.',
  GRANTED_NOT_PAID: 'A product is assigned here although its subscription has ended.',
  SCHEDULED_CHANGE_MISSING: 'A scheduled change is missing at the provider.',
  SCHEDULED_CHANGE_UNKNOWN: 'A scheduled change at the provider is not recorded here.',
  MISSING_PURCHASE: 'The provider received money for which no purchase is recorded.',
  WRONG_AMOUNT: 'A purchase shows another amount than the provider received.',
  MISSING_REFUND: 'A refund at the provider is not recorded here, or with another status.',
  MISSING_REVERSAL: 'A chargeback at the provider is not recorded here, or with another status.',
  MISSING_DISPUTE: 'A dispute at the provider is not recorded here, or with another status.',
  MISSING_INVOICE:
    'An invoice at the provider is not recorded here, or with other amounts, lines, dates or another status.',
  UNKNOWN_INVOICE: 'An invoice is recorded here that the provider does not know.',
  MISSING_CUSTOMER: 'A customer is recorded here that the provider does not know.',
  UNKNOWN_PAYMENT: 'A purchase names a payment that the provider does not know.',
  RETURNED_TOO_MUCH: 'Refund and credit together exceed the payment.',
  CHARGED_AGAINST_PLAN: 'A subscription was charged although another plan, or its end, was scheduled.',
  WRONG_CREDIT: "The account's credit at the provider differs from its invoices and adjustments.",
  WRONG_TRANSFER: 'A transfer to a vendor exists on one side only, or with another amount.',
  WRONG_SALES: 'The sales figures of a day differ from its purchases.',
  MISSING_PERMISSION: "The provider's app lacks a permission; some money is compared less completely.",
})
export type DriftKind = keyof typeof DriftKind

/** The action that ends a difference. */
export const DriftAction = enumType('DriftAction', 'The action that resolves a difference.', {
  APPLY: 'Read the object again and apply it, or correct the recorded amount to what was received: `healDrift`.',
  REFUND: 'Refund the payment at the provider: `healDrift`.',
  ACCEPT: 'Accept the difference: `acceptDrift`.',
})
export type DriftAction = keyof typeof DriftAction

/** A difference between a provider and us. */
@objectType('A difference between a payment provider and this server.', { implements: Node })
export class Drift implements Node {
  readonly __typename!: 'Drift'
  id!: string

  @field('Kind of the difference.', () => DriftKind)
  kind!: DriftKind

  @field('Object at the provider, for example `subscription:sub_…`.', () => String)
  object!: string

  @field('Local state. Null if absent.', () => JSONValue, { nullable: true })
  ours!: unknown

  @field('Provider state. Null if absent.', () => JSONValue, { nullable: true })
  theirs!: unknown

  @field('Description of the difference. Empty for runs of earlier releases.', () => String)
  description!: string

  /** ID of the account that `account` loads. */
  accountId!: string | null

  @field('Action that resolves the difference. Null if no operator is needed.', () => DriftAction, { nullable: true })
  action!: DriftAction | null

  @field('Whether the difference was repaired.', () => Boolean)
  healed!: boolean

  @field(
    'Reason that a repair did not resolve the difference. Null if none was carried out, or if it did.',
    () => String,
    {
      nullable: true,
    },
  )
  unhealedReason!: string | null

  @field('Whether an operator accepted the difference.', () => Boolean)
  accepted!: boolean

  @field('Time until which the difference is accepted (business clock). Null without an end.', () => DateTime, {
    nullable: true,
  })
  acceptedUntil!: Date | null
}

/** Input of `healDrift`. */
@ArgsType()
export class HealDriftArgs {
  @argument('id', 'ID of the difference.', () => ID)
  driftId!: string

  @field(REASON, () => String)
  reason!: string
}

/** Input of `acceptDrift`. */
@ArgsType()
export class AcceptDriftArgs {
  @argument('id', 'ID of the difference.', () => ID)
  driftId!: string

  @field(REASON, () => String)
  reason!: string

  @field('Time after which runs report the difference again (business clock). Default: never.', () => DateTime, {
    nullable: true,
  })
  expiresAt?: Date | null
}

export const DriftPayload = payload(Drift)

import { ID, Int } from 'type-graphql'
import { PaymentProvider } from '../billing/payment-provider.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { REASON } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** The action that ends a difference. */
export const DriftAction = enumType(
  'DriftAction',
  'An action that resolves a difference. `resolveDrift` executes it.',
  {
    APPLY: 'Read the object again and apply it, or correct the recorded amount to what was received.',
    REFUND: 'Refund the payment at the provider.',
    ACCEPT: "Accept the difference. It is not reported again while the provider's state stays the same.",
  },
)
export type DriftAction = keyof typeof DriftAction

/** A sum of the compared period. */
@objectType('Money of the compared period in one currency, at the provider and here.')
export class ComparedMoney {
  readonly __typename!: 'ComparedMoney'

  @field('Compared quantity: `received` or `refunded`.', () => String)
  what!: string

  @field('Sum of the amounts at the provider.', () => Money)
  theirs!: Money

  @field('Sum of the amounts recorded here.', () => Money)
  ours!: Money
}

/** A difference between a provider and us. */
@objectType('A difference between a payment provider and this server.')
export class Drift {
  readonly __typename!: 'Drift'

  @field(
    'Kind of the difference: `missing_event`, `missing_subscription`, `unknown_customer`, `extra_subscription`, `wrong_status`, `wrong_plan`, `wrong_quantity`, `paid_not_granted`, `granted_not_paid`, `scheduled_change_missing`, `scheduled_change_unknown`, `missing_purchase`, `wrong_amount`, `missing_refund`, `missing_reversal`, `missing_dispute`, `unknown_payment`, `returned_too_much`, `charged_against_plan`, `wrong_credit`, `wrong_transfer`, `wrong_sales` or `missing_permission`.',
    () => String,
  )
  kind!: string

  @field('Object at the provider, for example `subscription:sub_…`.', () => String)
  object!: string

  @field('Local state. Null if absent.', () => JSONValue, { nullable: true })
  ours!: unknown

  @field('Provider state. Null if absent.', () => JSONValue, { nullable: true })
  theirs!: unknown

  @field('Description of the difference. Empty for runs of earlier releases.', () => String)
  description!: string

  @field('ID of the account that the difference concerns. Null if unknown.', () => ID, { nullable: true })
  accountId!: string | null

  @field('Action that resolves the difference. Null if no operator is needed.', () => DriftAction, { nullable: true })
  action!: DriftAction | null

  @field('Whether the difference was repaired.', () => Boolean)
  healed!: boolean
}

/** One comparison of a provider with what we have. */
@objectType('One comparison of a payment provider with this server.', { implements: Node })
export class ReconciliationRun implements Node {
  readonly __typename!: 'ReconciliationRun'
  id!: string

  @field('Provider that was compared.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Start time of the run (machine clock).', () => DateTime)
  startedAt!: Date

  @field('End time of the run. Null while running.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field('Number of provider objects compared.', () => SafeInt)
  checked!: number

  @field('Start of the period whose money was compared. Null if no money was compared.', () => DateTime, {
    nullable: true,
  })
  since!: Date | null

  @field('End of the period whose money was compared. Null if no money was compared.', () => DateTime, {
    nullable: true,
  })
  until!: Date | null

  @field('Money of the compared period, by currency.', () => [ComparedMoney])
  money!: ComparedMoney[]

  @field('Differences found, at most 1,000.', () => [Drift])
  drift!: Drift[]

  @field('Number of differences repaired.', () => Int)
  healed!: number

  @field('Error that stopped the run. Null if it completed.', () => String, { nullable: true })
  error!: string | null
}

/** A page of comparisons. */
export const ReconciliationRunConnection = connection(
  'ReconciliationRun',
  'reconciliation runs',
  () => ReconciliationRun,
)
export type ReconciliationRunConnection = InstanceType<typeof ReconciliationRunConnection>

@inputType('Provider, range and mode of the run.')
export class ReconcileInput {
  @field('Provider to compare with.', () => PaymentProvider, { nullable: true, defaultValue: 'STRIPE' })
  provider?: PaymentProvider | null

  @field(
    'Compare events, checkouts and money since this time. Default: three days for events and checkouts, 35 days for money. All subscriptions are always compared.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  since?: Date | null

  @field('Compare money until this time. Default: now.', () => DateTime, { nullable: true })
  until?: Date | null

  @field('Account whose money is compared, by ID or reference. Default: all.', () => ID, { nullable: true })
  accountId?: string | null

  @field('Repair the differences. Default: report only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  heal?: boolean | null
}

/** Input of `resolveDrift`. */
@inputType('Difference of a reconciliation run, and the reason for its action.')
export class ResolveDriftInput {
  @field('ID of the reconciliation run.', () => ID)
  runId!: string

  @field('Kind of the difference.', () => String)
  kind!: string

  @field('Object of the difference.', () => String)
  object!: string

  @field(REASON, () => String)
  reason!: string
}

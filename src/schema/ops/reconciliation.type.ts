import { ID, Int } from 'type-graphql'
import { PaymentProvider } from '../billing/payment-provider.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** The action that ends a difference. */
export const DriftAction = enumType(
  'DriftAction',
  'The action that ends a difference; `resolveDrift` carries it out.',
  {
    APPLY: 'Read the object again and apply it, or correct the recorded amount to what was received.',
    REFUND: 'Refund the payment at the provider.',
    ACCEPT: 'Accept the difference: it is not named again while the provider says the same.',
  },
)
export type DriftAction = keyof typeof DriftAction

/** A sum of the compared period. */
@objectType('Money of the compared period in one currency, at the provider and here.')
export class ComparedMoney {
  readonly __typename!: 'ComparedMoney'

  @field('`received` or `refunded`.', () => String)
  what!: string

  @field('Sum at the provider.', () => Money)
  theirs!: Money

  @field('Sum of what is recorded here.', () => Money)
  ours!: Money
}

/** A difference between a provider and us. */
@objectType('Something in which a payment provider and this server differ.')
export class Drift {
  readonly __typename!: 'Drift'

  @field(
    'In what: `missing_event`, `missing_subscription`, `unknown_customer`, `extra_subscription`, `wrong_status`, `wrong_plan`, `wrong_quantity`, `paid_not_granted`, `granted_not_paid`, `scheduled_change_missing`, `scheduled_change_unknown`, `missing_purchase`, `wrong_amount`, `missing_refund`, `missing_reversal`, `missing_dispute`, `unknown_payment`, `returned_too_much`, `charged_against_plan`, `wrong_credit`, `wrong_transfer`, `wrong_sales` or `missing_permission`.',
    () => String,
  )
  kind!: string

  @field("The provider's object, as `subscription:sub_…`.", () => String)
  object!: string

  @field('What we have; null: nothing.', () => JSONValue, { nullable: true })
  ours!: unknown

  @field('What the provider has; null: nothing.', () => JSONValue, { nullable: true })
  theirs!: unknown

  @field('The difference in words. Empty in comparisons of earlier releases.', () => String)
  description!: string

  @field('ID of the account that it concerns; null if unknown.', () => ID, { nullable: true })
  accountId!: string | null

  @field('The action that ends it; null if no operator is needed.', () => DriftAction, { nullable: true })
  action!: DriftAction | null

  @field('Whether it was mended.', () => Boolean)
  healed!: boolean
}

/** One comparison of a provider with what we have. */
@objectType('One comparison of a payment provider with what this server has.', { implements: Node })
export class ReconciliationRun implements Node {
  readonly __typename!: 'ReconciliationRun'
  id!: string

  @field('Whom it asked.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('When it began.', () => DateTime)
  startedAt!: Date

  @field('When it ended; null while it runs.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field("How many of the provider's objects were looked at.", () => SafeInt)
  checked!: number

  @field('Start of the period whose money was compared; null if no money was.', () => DateTime, { nullable: true })
  since!: Date | null

  @field('End of that period.', () => DateTime, { nullable: true })
  until!: Date | null

  @field('Money of that period, by currency.', () => [ComparedMoney])
  money!: ComparedMoney[]

  @field('What was found, the first thousand of it.', () => [Drift])
  drift!: Drift[]

  @field('How many of the differences were mended.', () => Int)
  healed!: number

  @field('Why it stopped before its end; null when it did not.', () => String, { nullable: true })
  why!: string | null
}

/** A page of comparisons. */
export const ReconciliationRunConnection = connection('ReconciliationRun', 'comparisons', () => ReconciliationRun)
export type ReconciliationRunConnection = InstanceType<typeof ReconciliationRunConnection>

/** What to compare. */
@inputType('What to compare with what this server has.')
export class ReconcileInput {
  @field('The provider to ask.', () => PaymentProvider, { nullable: true, defaultValue: 'STRIPE' })
  provider?: PaymentProvider | null

  @field(
    'Events, checkouts and money since then are compared. Default: three days of events and checkouts, 35 days of money. Subscriptions are always compared, all of them.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  since?: Date | null

  @field('Money until then is compared. Default: now.', () => DateTime, { nullable: true })
  until?: Date | null

  @field('Compares the money of this account only, by id or reference.', () => ID, { nullable: true })
  accountId?: string | null

  @field('Mend what is found, by the same verbs that events use. Left out: only report.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  heal?: boolean | null
}

/** Input of `resolveDrift`. */
@inputType('A difference of a comparison, and why its action is right.')
export class ResolveDriftInput {
  @field('ID of the comparison that found it.', () => ID)
  runId!: string

  @field('Its `kind`.', () => String)
  kind!: string

  @field('Its `object`.', () => String)
  object!: string

  @field('Why, for the audit log: 1 to 500 characters.', () => String)
  reason!: string
}

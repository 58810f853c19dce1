import { Int } from 'type-graphql'
import { PaymentProvider } from '../billing/payment-provider.js'
import { connection } from '../kernel/connection.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** A difference between a provider and us. */
@objectType('Something in which a payment provider and this server differ.')
export class Drift {
  readonly __typename!: 'Drift'

  @field(
    'In what: `missing_event`, `missing_subscription`, `unknown_customer`, `extra_subscription`, `wrong_status`, `wrong_plan`, `wrong_quantity`, `paid_not_granted` or `granted_not_paid`.',
    () => String,
  )
  kind!: string

  @field("The provider's object, as `subscription:sub_…`.", () => String)
  object!: string

  @field('What we have; null: nothing.', () => JSONValue, { nullable: true })
  ours!: unknown

  @field('What the provider has; null: nothing.', () => JSONValue, { nullable: true })
  theirs!: unknown

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
    'Events and checkouts since then are compared; left out: of three days. Subscriptions always are, all of them.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  since?: Date | null

  @field('Mend what is found, by the same verbs that events use. Left out: only report.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  heal?: boolean | null
}

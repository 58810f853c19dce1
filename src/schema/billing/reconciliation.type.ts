import { payload } from '../kernel/payload.js'
import { Keyed } from '../kernel/mutation-arguments.js'
import { ID } from 'type-graphql'
import { COMPARED_PROVIDER, PaymentProvider } from './payment-provider.js'
import { connection, countedConnection } from '../kernel/connection.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { Drift } from './drift.type.js'

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

/** One comparison of a provider with what we have. */
@objectType('One comparison of a payment provider with this server.', { implements: Node })
export class ReconciliationRun implements Node {
  readonly __typename!: 'ReconciliationRun'
  id!: string

  @field('Provider that was compared.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Start time of the run (machine clock).', () => DateTime)
  startedAt!: Date

  @field('End time of the run (machine clock). Null while running.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field('Number of provider objects compared.', () => SafeInt)
  checkedCount!: number

  @field(
    'Start of the period whose money was compared (business clock). Null if no money was compared.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  from!: Date | null

  @field(
    'End of the period whose money was compared (business clock). Null if no money was compared.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  to!: Date | null

  @field('Money of the compared period, by currency.', () => [ComparedMoney])
  comparedMoney!: ComparedMoney[]

  @field('Number of differences found. `drift` lists the first 10,000 of them.', () => SafeInt)
  foundCount!: number

  @field('Number of differences repaired.', () => SafeInt)
  healedCount!: number

  @field('Error that stopped the run. Null if it completed.', () => String, { nullable: true })
  error!: string | null

  /** Undefined in lists: `drift` and `openCount` then load it. */
  wholeDrift?: Drift[]
}

export const DRIFT_COUNT = 'Number of differences in the list.'

/** A page of the differences of a comparison. */
export const DriftConnection = countedConnection('Drift', 'differences', () => Drift, DRIFT_COUNT)
export type DriftConnection = InstanceType<typeof DriftConnection>

/** A page of comparisons. */
export const ReconciliationRunConnection = connection(
  'ReconciliationRun',
  'reconciliation runs',
  () => ReconciliationRun,
)
export type ReconciliationRunConnection = InstanceType<typeof ReconciliationRunConnection>

@inputType('Selects comparisons with payment providers. An omitted field selects all.')
export class ReconciliationRunFilter {
  @field('Providers whose runs to return.', () => [PaymentProvider], { nullable: true })
  providers?: PaymentProvider[] | null

  @field('true: only runs that found differences, repaired ones included. false: only others.', () => Boolean, {
    nullable: true,
  })
  hasDrift?: boolean | null
}

/** Input of `reconcile`. */
@inputType('Provider, range and mode of the run.')
export class ReconcileInput extends Keyed {
  @field(COMPARED_PROVIDER, () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field(
    'Compare events, checkouts and money since this time (business clock). Default: three days for events and checkouts, 35 days for money. All subscriptions are always compared.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  from?: Date | null

  @field('Compare money until this time (business clock). Default: now.', () => DateTime, { nullable: true })
  to?: Date | null

  @field('Account whose money is compared, by ID or reference. Default: all.', () => ID, { nullable: true })
  accountId?: string | null

  @field('Repair the differences. Default: report only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  heal?: boolean | null
}

export const ReconciliationRunPayload = payload(ReconciliationRun)

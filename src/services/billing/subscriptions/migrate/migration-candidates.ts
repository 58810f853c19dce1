import { OPEN_CHANGE_STATUSES } from '#entities/billing/subscription-change-state.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { MigrationCandidate } from './decide-migration.js'

/** A subscription that a migration would reach. */
export interface CandidateSubscription extends MigrationCandidate {
  readonly id: string
  readonly accountId: string
  readonly quantity: number
}

/** Subscriptions that a migration decides in the same way. */
export interface CandidateGroup extends Omit<MigrationCandidate, 'currentPeriodEnd'> {
  readonly quantity: number
  readonly count: number
  readonly firstPeriodEnd: Date | null
  readonly lastPeriodEnd: Date | null
  readonly lastScheduledChangeAt: Date | null
}

/** Running subscriptions of earlier versions of a plan. Terms of one account stay until they end. */
export const subscribersOfOldVersions = ({ query }: Sql, plan: CatalogPlan) =>
  query
    .selectFrom('billing_subscription as subscription')
    .innerJoin('plan_version as version', 'version.id', 'subscription.planVersionId')
    .where('version.planId', '=', plan.id)
    .where('version.id', '<>', plan.versionId)
    .where('version.version', '>', 0)
    .where('subscription.status', 'not in', TERMINAL_STATUSES)

/** The same, with everything that a decision needs. */
const candidates = (sql: Sql, plan: CatalogPlan) =>
  subscribersOfOldVersions(sql, plan)
    .leftJoin('subscription_change as scheduled', (join) =>
      join
        .onRef('scheduled.subscriptionId', '=', 'subscription.id')
        .onRef('scheduled.accountId', '=', 'subscription.accountId')
        .on('scheduled.status', '=', 'SCHEDULED'),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('subscription_item as item')
          .innerJoin('price', 'price.id', 'item.priceId')
          .innerJoin('product', 'product.id', 'price.productId')
          .select('item.priceId')
          .whereRef('item.subscriptionId', '=', 'subscription.id')
          .whereRef('item.accountId', '=', 'subscription.accountId')
          .where('product.type', '=', 'PLAN')
          .orderBy('item.id')
          .limit(1)
          .as('line'),
      (join) => join.onTrue(),
    )
    .select((eb) => [
      'subscription.id',
      'subscription.accountId',
      'subscription.planVersionId',
      'subscription.provider',
      'subscription.quantity',
      'subscription.currentPeriodEnd',
      eb.fn.coalesce('scheduled.fromPriceId', 'line.priceId').as('priceId'),
      eb
        .exists(
          eb
            .selectFrom('subscription_change as open')
            .select('open.id')
            .whereRef('open.subscriptionId', '=', 'subscription.id')
            .whereRef('open.accountId', '=', 'subscription.accountId')
            .where('open.status', 'in', OPEN_CHANGE_STATUSES),
        )
        .$castTo<boolean>()
        .as('isChanging'),
      'scheduled.effectiveAt as scheduledChangeAt',
      eb('scheduled.id', 'is not', null).$castTo<boolean>().as('hasScheduledChange'),
      eb('subscription.cancelAt', 'is not', null).$castTo<boolean>().as('isEnding'),
    ])

/** Candidates after an ID, in the order of IDs. */
export const candidatePage = (
  sql: Sql,
  plan: CatalogPlan,
  afterId: string | null,
  limit: number,
): Promise<CandidateSubscription[]> =>
  candidates(sql, plan)
    .$if(afterId !== null, (query) => query.where('subscription.id', '>', afterId!))
    .orderBy('subscription.id')
    .limit(limit)
    .execute()

/** All candidates, counted by what decides about them. */
export const candidateGroups = (sql: Sql, plan: CatalogPlan): Promise<CandidateGroup[]> =>
  sql.query
    .selectFrom(candidates(sql, plan).as('candidate'))
    .select(({ fn }) => [
      'planVersionId',
      'provider',
      'priceId',
      'quantity',
      'isChanging',
      'hasScheduledChange',
      'isEnding',
      fn.countAll<number>().as('count'),
      fn.min<Date | null>('currentPeriodEnd').as('firstPeriodEnd'),
      fn.max<Date | null>('currentPeriodEnd').as('lastPeriodEnd'),
      fn.max<Date | null>('scheduledChangeAt').as('lastScheduledChangeAt'),
    ])
    .groupBy(['planVersionId', 'provider', 'priceId', 'quantity', 'isChanging', 'hasScheduledChange', 'isEnding'])
    .orderBy('planVersionId')
    .orderBy('priceId')
    .orderBy('quantity')
    .execute()

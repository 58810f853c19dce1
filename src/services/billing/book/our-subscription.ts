import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { camelCase, type Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { ReadSubscription } from '../subscriptions/fetched-subscription.js'
import { syncedRows } from './synced-rows.sql.js'

/** Our rows of a subscription that was read from its provider. */
export interface OurSubscription {
  /** Null if the subscription is not recorded. */
  readonly row: BillingSubscriptionRow | null
  readonly items: readonly SubscriptionItemRow[]
  /** Open and scheduled changes, newest first. */
  readonly changes: readonly SubscriptionChangeRow[]
  /** The checkout that it comes from. Null if the account has no such checkout, because metadata of the provider can be copied. */
  readonly checkout: CheckoutRow | null
}

/** Loads our rows of a subscription, each table once. The caller holds the account's lock. */
export async function ourSubscription(
  sql: Transaction,
  { accountId, provider, fetched }: ReadSubscription,
): Promise<OurSubscription> {
  const row = (await findSubscriptionAtProvider(sql, provider, fetched.externalId)) ?? null
  const checkout =
    fetched.checkoutId &&
    (await sql.query
      .selectFrom('checkout')
      .selectAll()
      .where('id', '=', fetched.checkoutId)
      .where('accountId', '=', accountId)
      .executeTakeFirst())
  const items = row
    ? await sql.query
        .selectFrom('subscription_item')
        .selectAll()
        .where('subscriptionId', '=', row.id)
        .where('accountId', '=', row.accountId)
        .execute()
    : []
  return { row, items, changes: row ? await openChanges(sql, row) : [], checkout: checkout || null }
}

/** A subscription by the provider's id. */
export const findSubscriptionAtProvider = (
  sql: Sql,
  provider: ProviderName,
  externalId: string,
): Promise<BillingSubscriptionRow | undefined> =>
  sql.query
    .selectFrom('billing_subscription')
    .selectAll()
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .executeTakeFirst()

/** Selects a subscription to a plan or a product, if it has ended or is active. */
export function selectSubscription(sql: Sql, provider: ProviderName, externalId: string, is: 'active' | 'ended') {
  const operator = is === 'ended' ? 'in' : 'not in'
  return sql.query
    .selectFrom('billing_subscription')
    .select('externalId')
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .where('status', operator, TERMINAL_STATUSES)
    .unionAll((eb) =>
      eb
        .selectFrom('product_subscription')
        .select('externalId')
        .where('provider', '=', provider)
        .where('externalId', '=', externalId)
        .where('status', operator, TERMINAL_STATUSES),
    )
}

/** Open and scheduled changes of a subscription, newest first. */
export const openChanges = (
  sql: Sql,
  { id: subscriptionId, accountId }: Pick<BillingSubscriptionRow, 'id' | 'accountId'>,
): Promise<SubscriptionChangeRow[]> =>
  sql.query
    .selectFrom('subscription_change')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .where('accountId', '=', accountId)
    .where('status', 'in', ['REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED'])
    .orderBy('id', 'desc')
    .execute()

/** A time within JSON, which the database returns as text. */
const TIME = /^\d{4}-\d\d-\d\dT/

/** Rows by table and key, for example `subscription_item si_123`. */
export type SyncedRows = ReadonlyMap<string, Readonly<Record<string, unknown>>>

/** Rows that a sync of a subscription writes, by table and key. */
export async function rowsOfSubscription(
  transaction: Transaction,
  { accountId, provider, fetched: { externalId } }: ReadSubscription,
): Promise<SyncedRows> {
  const found = await transaction.rows(syncedRows, { accountId, provider, externalId })
  const typed = ([column, value]: [string, unknown]) =>
    [camelCase(column), typeof value === 'string' && TIME.test(value) ? new Date(value) : value] as const
  return new Map(found.map(({ key, row }) => [key, Object.fromEntries(Object.entries(row).map(typed))]))
}

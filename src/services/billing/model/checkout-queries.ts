import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { LIVE_CHECKOUT_STATUSES } from '#entities/billing/checkout-state.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { Sql } from '#services/kernel/database/sql.js'

export async function findCheckout(sql: Sql, id: string): Promise<CheckoutRow | null> {
  return (await sql.query.selectFrom('checkout').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** @param provider null: any provider; the session IDs of providers never collide */
export async function findCheckoutBySession(
  sql: Sql,
  sessionId: string,
  provider: ProviderName | null = null,
): Promise<CheckoutRow | null> {
  const row = await sql.query
    .selectFrom('checkout')
    .selectAll()
    .where('sessionId', '=', sessionId)
    .$if(!!provider, (query) => query.where('provider', '=', provider!))
    .executeTakeFirst()
  return row ?? null
}

/** Active subscription of an account in a plan group: of two that follow each other, the later one. One without a first payment does not count. */
export async function liveSubscriptionOfGroup(
  sql: Sql,
  accountId: string,
  groupCode: string,
): Promise<BillingSubscriptionRow | null> {
  const subscription = await sql.query
    .selectFrom('billing_subscription as s')
    .innerJoin('plan_version as v', 'v.id', 's.planVersionId')
    .innerJoin('plan as p', 'p.id', 'v.planId')
    .selectAll('s')
    .where('s.accountId', '=', accountId)
    .where('p.groupCode', '=', groupCode)
    .where('s.status', 'not in', [...TERMINAL_STATUSES, 'INCOMPLETE'])
    .orderBy('s.startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return subscription ?? null
}

/** The checkout of an account's group that may still be paid; read under the account's lock. */
export async function openCheckoutOfGroup(sql: Sql, accountId: string, groupCode: string): Promise<CheckoutRow | null> {
  const checkout = await sql.query
    .selectFrom('checkout')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('groupCode', '=', groupCode)
    .where('status', 'in', LIVE_CHECKOUT_STATUSES)
    .executeTakeFirst()
  return checkout ?? null
}

import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'

export async function findCheckout(sql: Sql, id: string): Promise<CheckoutRow | null> {
  return (await sql.row<CheckoutRow>(`select * from checkout where id = $1`, [id])) ?? null
}

/** @param provider null: any provider; the session IDs of providers never collide */
export async function findCheckoutBySession(
  sql: Sql,
  sessionId: string,
  provider: string | null = null,
): Promise<CheckoutRow | null> {
  const row = await sql.row<CheckoutRow>(
    `select * from checkout where session_id = $1 and ($2::text is null or provider = $2)`,
    [sessionId, provider],
  )
  return row ?? null
}

/** A checkout of an account that the caller may see, by our id or the provider's session; null for anyone else. */
export async function visibleCheckout(
  context: BillingContext,
  by: { id?: string | null; sessionId?: string | null },
): Promise<CheckoutRow | null> {
  const checkout = by.id
    ? await findCheckout(context.database, by.id)
    : by.sessionId
      ? await findCheckoutBySession(context.database, by.sessionId)
      : null
  return checkout && (await visibleAccount(context, checkout.accountId, 'billing:read')) ? checkout : null
}

/** The running subscription of an account's plan group, the last to begin of two that follow each other; one whose first payment has not come is no such yet. */
export async function liveSubscriptionOfGroup(
  sql: Sql,
  accountId: string,
  groupCode: string,
): Promise<BillingSubscriptionRow | null> {
  const subscription = await sql.row<BillingSubscriptionRow>(
    `select s.* from billing_subscription s join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id
     where s.account_id = $1 and p.group_code = $2 and s.status <> all($3) order by s.started_at desc limit 1`,
    [accountId, groupCode, [...TERMINAL_STATUSES, 'INCOMPLETE']],
  )
  return subscription ?? null
}

/** The checkout of an account's group that may still be paid; read under the account's lock. */
export async function openCheckoutOfGroup(sql: Sql, accountId: string, groupCode: string): Promise<CheckoutRow | null> {
  const checkout = await sql.row<CheckoutRow>(
    `select * from checkout where account_id = $1 and group_code = $2 and status in ('CREATING', 'OPEN', 'PROCESSING')`,
    [accountId, groupCode],
  )
  return checkout ?? null
}

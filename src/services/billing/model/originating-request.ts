import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from './billing-context.js'

/** Copy of the context with the ID of the request that started a checkout, so that its events carry that ID. */
export const withOriginatingRequest = (context: BillingContext, requestId: string | null): BillingContext =>
  requestId ? Object.create(context, { requestId: { value: requestId, enumerable: true } }) : context

/** ID of the request that started a checkout of an account. */
export async function originatingRequestId(
  sql: Sql,
  accountId: string,
  checkoutId: string | null,
): Promise<string | null> {
  if (!checkoutId) return null
  const row = await sql.query
    .selectFrom('checkout')
    .select('requestId')
    .where('id', '=', checkoutId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row?.requestId ?? null
}

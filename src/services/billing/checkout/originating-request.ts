import type { Sql } from '../../kernel/database/sql.js'
import type { BillingContext } from '../billing-context.js'

/** The same context in the name of the request that asked for a checkout: news of what came of it carries that request's id. */
export const withOriginatingRequest = (context: BillingContext, requestId: string | null): BillingContext =>
  requestId ? Object.create(context, { requestId: { value: requestId, enumerable: true } }) : context

/** The id of the request that asked for a checkout, by our id of it. */
export async function originatingRequestId(sql: Sql, checkoutId: string | null): Promise<string | null> {
  if (!checkoutId) return null
  const row = await sql.row<{ requestId: string | null }>(`select request_id from checkout where id = $1`, [checkoutId])
  return row?.requestId ?? null
}

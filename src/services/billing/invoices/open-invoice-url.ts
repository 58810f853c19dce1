import type { Sql } from '#services/kernel/database/sql.js'

/** Page on which the oldest open invoice of an account is paid. Null without one. */
export async function openInvoiceUrl(sql: Sql, accountId: string): Promise<string | null> {
  const invoice = await sql.query
    .selectFrom('invoice')
    .select('hostedUrl')
    .where('accountId', '=', accountId)
    .where('status', '=', 'OPEN')
    .where('amountDueMinor', '>', 0)
    .where('hostedUrl', 'is not', null)
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  return invoice?.hostedUrl ?? null
}

import type { Sql } from '#services/kernel/database/sql.js'

/** Page of the invoice that an account pays first: the oldest open one, then those that were written off. Null if no invoice can be paid. */
export async function openInvoiceUrl(sql: Sql, accountId: string): Promise<string | null> {
  const invoice = await sql.query
    .selectFrom('invoice')
    .select('hostedUrl')
    .where('accountId', '=', accountId)
    .where('status', 'in', ['OPEN', 'UNCOLLECTIBLE'])
    .where('amountDueMinor', '>', 0)
    .where('hostedUrl', 'is not', null)
    .orderBy('status')
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  return invoice?.hostedUrl ?? null
}

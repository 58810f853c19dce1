import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'

/** While a payment is disputed, the account cannot purchase or deploy anything new. Existing deployments continue. */
export async function hasOpenDispute(sql: Sql, accountId: string): Promise<Refused | null> {
  const open = await sql.query
    .selectFrom('dispute as d')
    .innerJoin('purchase as p', (join) =>
      join.onRef('p.id', '=', 'd.purchaseId').onRef('p.accountId', '=', 'd.accountId'),
    )
    .select('d.id')
    .where('p.accountId', '=', accountId)
    .where('d.status', '=', 'OPEN')
    .limit(1)
    .executeTakeFirst()
  return open ? disputeHold() : null
}

export const disputeHold = (): Refused =>
  refused(
    'PAYMENT_FAILED',
    'A payment of this account is disputed. New purchases are blocked until the bank decides.',
    {
      remedies: [remedy('WAIT', 'Wait for the decision, or withdraw the dispute at the bank')],
    },
  )

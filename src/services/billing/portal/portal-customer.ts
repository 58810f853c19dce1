import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/port.js'

/** The customer whose page is shown: of the provider that the account subscribed at last, else of any it bought from. */
export async function portalCustomer(
  sql: Sql,
  accountId: string,
): Promise<{ readonly provider: ProviderName; readonly customerId: string } | null> {
  const row = await sql.row<{ provider: ProviderName; customerId: string }>(
    `select c.provider, c.customer_id from billing_customer c
     left join lateral (select max(s.started_at) as last from billing_subscription s
       where s.account_id = c.account_id and s.provider = c.provider) subscribed on true
     where c.account_id = $1 and c.customer_id is not null
       and (subscribed.last is not null or exists (select 1 from checkout k where k.account_id = c.account_id and k.provider = c.provider and k.status = 'COMPLETED'))
     order by subscribed.last desc nulls last limit 1`,
    [accountId],
  )
  return row ?? null
}

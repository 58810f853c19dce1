import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/port.js'
import type { CreditSource } from './decide-credit.js'

/** Purchases of a subscription that pay for time after a moment, newest first. */
export const creditSources = (
  sql: Sql,
  about: {
    readonly provider: ProviderName
    readonly subscriptionId: string
    readonly currency: string
    readonly at: Date
    readonly withDisputed: boolean
  },
): Promise<CreditSource[]> =>
  sql.rows<CreditSource>(
    `select p.id as purchase_id, p.amount_minor, p.credit_minor, p.credited_minor, p.reversed_minor +
         (select coalesce(sum(r.amount_minor), 0) from refund r where r.purchase_id = p.id and r.status = 'CREATING')::bigint as reversed_minor
     from purchase p where p.provider = $1 and p.subscription_id = $2 and p.status <> 'PENDING' and ($5 or p.status <> 'DISPUTED') and p.currency = $3
       and p.purchased_at <= $4 and (p.expires_at is null or p.expires_at > $4)
     order by p.purchased_at desc, p.id desc`,
    [about.provider, about.subscriptionId, about.currency, about.at, about.withDisputed],
  )

import { statement } from '#services/kernel/database/statement.js'
import type { CreditSource } from './decide-credit.js'

/** Purchases of a subscription that pay for time after a moment, newest first. Requested refunds count as reversed. */
export const listCreditSources = statement<
  { accountId: string; provider: string; subscriptionId: string; currency: string; at: Date; withDisputed: boolean },
  CreditSource
>(`
  select p.id as purchase_id, p.amount_minor, p.credit_minor, p.credited_minor, p.reversed_minor + (
      select coalesce(sum(r.amount_minor), 0) from refund r where r.purchase_id = p.id and r.account_id = p.account_id and r.status = 'CREATING'
    )::bigint as reversed_minor
  from purchase p
  where p.account_id = :accountId and p.provider = :provider and p.subscription_id = :subscriptionId
    and p.currency = :currency and p.status <> 'PENDING' and (:withDisputed or p.status <> 'DISPUTED')
    and p.purchased_at <= :at and (p.expires_at is null or p.expires_at > :at)
  order by p.purchased_at desc, p.id desc
`)

/** Sum of a purchase's credit that is being revoked, or that could not be revoked because it was spent. */
export const sumRevokedCredit = statement<{ purchaseId: string; accountId: string }, { amount: number }>(`
  select coalesce(sum(case when status = 'DONE' then amount_minor - done_minor else amount_minor end), 0)::bigint as amount
  from credit_adjustment where purchase_id = :purchaseId and account_id = :accountId and amount_minor > 0
`)

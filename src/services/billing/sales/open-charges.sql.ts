import { statement } from '#services/kernel/database/statement.js'

/** Charges and payments of an account that are not complete. */
export interface OpenCharges {
  readonly isReserved: boolean
  readonly isUncharged: boolean
  readonly isUnsent: boolean
  readonly isUnpaid: boolean
  readonly isPending: boolean
}

/** Reads which charges and payments of an account are not complete. */
export const readOpenCharges = statement<{ accountId: string; metered: readonly string[] }, OpenCharges>(`
  select
    exists (select from overage_usage u where u.account_id = :accountId and u.reserved > 0) as is_reserved,
    exists (select from overage_usage u
      where u.account_id = :accountId and u.used > u.invoiced and u.feature <> all(:metered)) as is_uncharged,
    exists (select from usage_report r
      where r.account_id = :accountId and r.state in ('PENDING', 'SENDING', 'DEAD')) as is_unsent,
    exists (select from usage_report r
        join invoice i on i.account_id = r.account_id and i.provider = r.provider and i.external_id = r.invoice_id
      where r.account_id = :accountId and i.status in ('DRAFT', 'OPEN')) as is_unpaid,
    exists (select from purchase p where p.account_id = :accountId and p.status = 'PENDING')
      or exists (select from checkout c where c.account_id = :accountId and c.status = 'PROCESSING')
      or exists (select from top_up t where t.account_id = :accountId and t.status in ('CHARGING', 'PENDING')) as is_pending
  from account where id = :accountId
`)

import { statement } from '#services/kernel/database/statement.js'
import type { CreditBalance, OpenGrant } from './credit-balances.js'

/** An `OpenGrant` as JSON. */
type GrantJson = Omit<OpenGrant, 'grantedAt' | 'expiresAt'> & { grantedAt: string; expiresAt: string | null }

/** Balances per account and feature. Grants past their expiry count as expired, even before they are swept. */
export const creditBalances = statement<
  { accountIds: readonly string[]; at: Date },
  Omit<CreditBalance, 'grants'> & { grants: GrantJson[] | null }
>(`
  with grants as (
    select g.*, g.amount - g.used - g.reserved - g.expired - g.revoked as free, g.expires_at is null or g.expires_at > :at as lives
    from credit_grant g where g.account_id = any(:accountIds) and g.granted_at <= :at),
  sums as (
    select account_id, feature, sum(amount - revoked)::bigint as granted, sum(used)::bigint as used, sum(reserved)::bigint as reserved,
      sum(expired + case when lives then 0 else free end)::bigint as expired, sum(case when lives then free else 0 end)::bigint as remaining,
      min(expires_at) filter (where lives and free > 0) as next_expiry,
      json_agg(json_build_object('id', id, 'amount', amount, 'remaining', free, 'sourceKind', source_kind, 'sourceCode', source_code,
        'grantedAt', granted_at, 'expiresAt', expires_at) order by expires_at nulls last, granted_at, id) filter (where lives and open and (expires_at is not null or free + reserved > 0)) as grants
    from grants group by account_id, feature),
  debts as (select * from credit_debt where account_id = any(:accountIds) and amount > 0)
  select coalesce(s.account_id, d.account_id) as account_id, coalesce(s.feature, d.feature) as feature, coalesce(s.granted, 0) as granted,
    coalesce(s.used, 0) as used, coalesce(s.reserved, 0) as reserved, coalesce(s.expired, 0) as expired,
    coalesce(s.remaining, 0) as remaining, coalesce(d.amount, 0) as debt, s.next_expiry, s.grants
  from sums s full join debts d on d.account_id = s.account_id and d.feature = s.feature
  order by 1, 2
`)

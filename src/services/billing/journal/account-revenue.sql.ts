import { planAt } from '#services/entitlements/analytics/analytics.sql.js'
import { statement } from '#services/kernel/database/statement.js'
import { dailyRevenue, journalEntries, type Range } from './journal.sql.js'

/** Ledger accounts of revenue, and those of what was returned of it. */
const REVENUE = `('revenue_subscriptions', 'revenue_packages', 'revenue_templates', 'revenue_use', 'refunds', 'credit_notes', 'chargebacks')`

/** Revenue of accounts by period, as the journal has it: of each day, minus refunds, credit notes and chargebacks. */
export interface AccountRevenue {
  readonly accountId: string
  readonly plan: string
  readonly currency: string
  readonly period: number
  readonly revenueMinor: number
}

/** Revenue of the journal by account and plan. */
export const revenueOfAccounts = statement<
  Range & { bounds: readonly Date[]; group: string; fallback: string },
  AccountRevenue
>(`${dailyRevenue()}, part as (
    select account_id, day as at, day + interval '1 day' - interval '1 millisecond' as plan_at, currency, amount from daily
    union all
    select account, at, date_trunc('day', at, 'UTC') + interval '1 day' - interval '1 millisecond', currency, -amount_minor
    from (${journalEntries()}) entry where ledger_account in ${REVENUE}
  )
  select account_id, ${planAt('part', 'part.plan_at')} as plan, currency, width_bucket(at, :bounds::timestamptz[]) as period,
    sum(amount)::bigint as revenue_minor
  from part group by 1, 2, 3, 4 having sum(amount) <> 0
`)

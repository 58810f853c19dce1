import { roundedCostOf, tiersOf } from '#services/catalog/tariffs/exact-cost.sql.js'
import { statement } from '#services/kernel/database/statement.js'

/** The tariffs of other terms as columns, by feature and currency. */
interface OtherTerms {
  readonly planId: string
  readonly planCode: string
  readonly from: Date
  readonly features: readonly string[]
  readonly currencies: readonly string[]
  readonly tariffs: readonly string[]
}

/** Cost of use in one currency: as the ledger charged it, and at the other terms. */
export interface OverageCosts {
  readonly currency: string
  readonly chargedMinor: number
  readonly otherMinor: number
}

/**
 * Charges for units beyond the allowance since a time in the ledger, of the accounts that hold the plan, and the cost of the same units at other
 * tariffs. Units of a window before that time count, because the price of a tier depends on them. Without another tariff, such use is denied and
 * costs nothing. Terms that were negotiated for one account do not change.
 */
export const overageAtTerms = statement<OtherTerms, OverageCosts>(`
  with charge as (
    select entry.account_id, entry.feature, entry.version, entry.operation_no, entry.entry_no, said ->> 'currency' as currency,
      said ->> 'tariff' as tariff, said ->> 'windowStart' as window_start, (said ->> 'units')::bigint as units,
      (said ->> 'before')::bigint as before, (said ->> 'amountMinor')::bigint as amount_minor
    from plan_assignment holder
      join plan_version version on version.id = holder.plan_version_id and version.plan_id = :planId and version.version > 0
      join ledger_entry entry on entry.account_id = holder.account_id
      cross join lateral jsonb_array_elements(entry.price -> 'charges') said
    where holder.ended_at is null and entry.at >= :from and entry.price is not null and said ->> 'plan' = :planCode
      and exists (select from overage_usage used where used.account_id = holder.account_id and used.window_end > :from)
  ), at_tariff as (
    select account_id, feature, currency, window_start, sum(units) as units, sum(amount_minor) as amount_minor,
      (array_agg(before order by version, operation_no, entry_no))[1] as before
    from charge group by account_id, feature, currency, tariff, window_start
  ), used as (
    select account_id, feature, currency, window_start,
      sum(units) as units, sum(before) as before, sum(amount_minor) as amount_minor
    from at_tariff group by account_id, feature, currency, window_start
  ), repriced as (
    select used.account_id, used.feature, used.currency, used.window_start,
      ${roundedCostOf('before + units')} - ${roundedCostOf('before')} as other_minor
    from used
      join unnest(:features::text[], :currencies::text[], :tariffs::text[]) as other (feature, currency, tariff) using (feature, currency)
      ${tiersOf('other.tariff')}
    group by used.account_id, used.feature, used.currency, used.window_start
  )
  select used.currency, sum(used.amount_minor)::bigint as charged_minor, coalesce(sum(repriced.other_minor), 0)::bigint as other_minor
  from used left join repriced using (account_id, feature, currency, window_start)
  group by used.currency order by used.currency
`)

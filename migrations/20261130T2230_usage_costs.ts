import { Migration } from '@mikro-orm/migrations'

/** Costs of uses for the seller in the sums of usage, from the ledger. */
export class UsageCosts extends Migration {
  override up(): void {
    this.addSql(`
      alter table "usage_rollup" add column "provider_cost" numeric not null default 0, add column "unknown_costs" bigint not null default '0';`)
    this.addSql(`
      create index "usage_rollup_day" on "usage_rollup" ("starts_at") where period = 'DAY' and currency = '';`)
    this.addSql(`
      update usage_rollup r set provider_cost = counted.cost, unknown_costs = counted.unknown
      from (
        select use.account_id, p.period, use.feature, date_trunc(p.period, use.at, 'UTC') as starts_at, use.sub_account_id, use.user_id,
          use.api_key_id, use.dimensions, sum(coalesce(use.cost, 0)) as cost, count(*) filter (where use.cost is null) as unknown
        from (
          select l.account_id, l.feature, l.at, coalesce(l.sub_account_id, '') as sub_account_id, coalesce(l.user_id, '') as user_id,
            coalesce(l.api_key_id, held.api_key_id, '') as api_key_id,
            coalesce(l.price->'dimensions', '{}') || coalesce(l.price->'properties', '{}') as dimensions,
            (l.price->>'providerCost')::numeric as cost
          from ledger_entry l
            join analytics_checkpoint c on c.account_id = l.account_id and l.version <= c.version
            left join ledger_entry held on held.account_id = l.account_id and held.entry_no = 0
              and held.version = case when l.principal = 'expiry' then split_part(l.key, '-', 1)::bigint end
              and held.operation_no = case when l.principal = 'expiry' then split_part(l.key, '-', 2)::int end
          where l.kind = 'CONSUME' and l.entry_no = 0
            and not exists (
              select from ledger_entry paid
              where paid.account_id = l.account_id and paid.version = l.version and paid.operation_no = l.operation_no and paid.entry_no = 1
                and paid.kind = 'ADJUST' and paid.grant_id is null and paid.window_end is null and paid.amount = -l.amount and paid.amount > 0
            )
        ) use cross join unnest('{HOUR,DAY,MONTH}'::text[]) as p (period)
        group by 1, 2, 3, 4, 5, 6, 7, 8
      ) counted
      where r.account_id = counted.account_id and r.period = counted.period and r.feature = counted.feature and r.starts_at = counted.starts_at
        and r.currency = '' and r.sub_account_id = counted.sub_account_id and r.user_id = counted.user_id
        and r.api_key_id = counted.api_key_id and r.dimensions = counted.dimensions;`)
  }
}

import { roundedCostOf, tiersOf } from '#services/catalog/tariffs/exact-cost.sql.js'
import { isOverageEntry } from '#services/entitlements/model/overage.js'
import { ROLLUP_SUMS } from '#entities/entitlements/usage-rollup.entity.js'
import { rollupOf } from '../analytics/usage-parts.sql.js'
import { statement } from '#services/kernel/database/statement.js'
import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** Grants whose balance differs from the sum of their ledger entries. */
export const ledgerSumsToGrants = invariantStatement(`
  select g.id as grant_id, g.account_id, g.amount - g.used - g.reserved - g.expired - g.revoked as balance,
    coalesce(l.sum, 0) as ledger, g.amount - g.used - g.reserved - g.expired - g.revoked = coalesce(l.sum, 0) as ok
  from credit_grant g
    left join (
      select grant_id, sum(amount) as sum from ledger_entry where grant_id is not null group by grant_id
    ) l on l.grant_id = g.id
`)

/** Windows whose usage differs from the sum of their ledger entries. */
export const ledgerSumsToUse = invariantStatement(`
  select coalesce(u.account_id, l.account_id) as account_id, coalesce(u.feature, l.feature) as feature,
    coalesce(u.window_start, l.window_start) as window_start, coalesce(u.used + u.reserved, 0) as counted,
    coalesce(-l.sum, 0) as ledger, coalesce(u.used + u.reserved, 0) = coalesce(-l.sum, 0) as ok
  from quota_usage u
    full join (
      select account_id, feature, window_start, window_end, sum(amount) as sum from ledger_entry l
      where window_end is not null and not (${isOverageEntry('l')}) group by 1, 2, 3, 4
    ) l on l.account_id = u.account_id and l.feature = u.feature
      and l.window_start = u.window_start and l.window_end = u.window_end
`)

/** Windows whose units beyond the allowance, or their cost, differ from the ledger entries and their charges. */
export const ledgerSumsToOverage = invariantStatement(`
  select coalesce(u.account_id, l.account_id) as account_id, coalesce(u.feature, l.feature) as feature,
    coalesce(u.window_start, l.window_start) as window_start, coalesce(u.counted, 0) as counted, coalesce(l.counted, 0) as ledger,
    coalesce(u.cost, 0) as cost, coalesce(c.cost, 0) as charged,
    coalesce(u.counted, 0) = coalesce(l.counted, 0) and coalesce(u.cost, 0) = coalesce(c.cost, 0) as ok
  from (
      select account_id, feature, window_start, window_end, sum(counted) as counted, sum(cost) as cost
      from (
        select account_id, feature, window_start, window_end, used + reserved as counted, ${roundedCostOf('used')} as cost
        from overage_usage ${tiersOf('tariff')}
        group by account_id, feature, window_start, window_end, tariff, used, reserved
      ) priced
      group by 1, 2, 3, 4
    ) u
    full join (
      select account_id, feature, window_start, window_end, -sum(amount) as counted from ledger_entry l
      where window_end is not null and ${isOverageEntry('l')} group by 1, 2, 3, 4
    ) l on l.account_id = u.account_id and l.feature = u.feature
      and l.window_start = u.window_start and l.window_end = u.window_end
    left join (
      select e.account_id, e.feature, (charge ->> 'windowStart')::timestamptz as window_start,
        (charge ->> 'windowEnd')::timestamptz as window_end, sum((charge ->> 'amountMinor')::bigint) as cost
      from ledger_entry e cross join lateral jsonb_array_elements(e.price -> 'charges') charge
      where e.price is not null group by 1, 2, 3, 4
    ) c on c.account_id = coalesce(u.account_id, l.account_id) and c.feature = coalesce(u.feature, l.feature)
      and c.window_start = coalesce(u.window_start, l.window_start) and c.window_end = coalesce(u.window_end, l.window_end)
`)

/** Lines of rate cards whose quantity differs from the sum of the priced ledger entries. */
export const ledgerSumsToRatedUse = invariantStatement(`
  select coalesce(u.account_id, l.account_id) as account_id, coalesce(u.feature, l.feature) as feature,
    coalesce(u.line, l.line) as line, coalesce(u.window_start, l.window_start) as window_start,
    coalesce(u.quantity, 0) as counted, coalesce(l.sum, 0) as ledger, coalesce(u.quantity, 0) = coalesce(l.sum, 0) as ok
  from rated_usage u
    full join (
      select e.account_id, e.feature, line ->> 'line' as line, (e.price ->> 'windowStart')::timestamptz as window_start,
        sum((line ->> 'amount')::bigint) as sum
      from ledger_entry e cross join lateral jsonb_array_elements(e.price -> 'lines') line
      where e.price is not null and e.kind = 'CONSUME' group by 1, 2, 3, 4
    ) l on l.account_id = u.account_id and l.feature = u.feature and l.line = u.line and l.window_start = u.window_start
`)

const ROLLUP_KEYS = [
  'account_id',
  'period',
  'feature',
  'starts_at',
  'currency',
  'sub_account_id',
  'user_id',
  'api_key_id',
  'dimensions',
]

/** Entries that are in the rollup. Joined by themselves, because the costs of later conditions hide those of this join from the planner. */
const COUNTED_ENTRIES = `(
      select l.* from ledger_entry l join analytics_checkpoint c on c.account_id = l.account_id and l.version <= c.version offset 0
    ) l`

/** Sums that are compared with the ledger. A process of an earlier release writes no costs for the seller during an upgrade. */
const LEDGER_SUMS = ['used', 'cost_minor']

/** Rows of the rollup `u` and of entries `l` whose sums differ. */
const rollupObjects = (counted: string, ledger: string, sums: readonly string[] = LEDGER_SUMS): string => `
  select coalesce(u.account_id, l.account_id) as account_id, coalesce(u.period, l.period) as period, coalesce(u.feature, l.feature) as feature,
    coalesce(u.starts_at, l.starts_at) as starts_at, u.used as counted, l.used as ledger, u.cost_minor as cost, l.cost_minor as charged,
    coalesce(${sums.map((name) => `u.${name} = l.${name}`).join(' and ')}, false) as ok
  from ${counted} u
    full join (${ledger}) l
      on ${ROLLUP_KEYS.map((key) => `u.${key} = l.${key}`).join(' and ')}
`

/** Hours, days and months whose usage or cost differs from the ledger entries up to the version that is rolled up. */
export const ledgerSumsToRollup = invariantStatement(rollupObjects('usage_rollup', rollupOf(COUNTED_ENTRIES)))

/** Days of an account that have entries in the rollup, with the versions of these. */
export const findCountedDays = statement<
  { accountId: string },
  { day: Date; first: number; last: number; entries: number }
>(`
  select date_trunc('day', l.at, 'UTC') as day, min(l.version) as first, max(l.version) as last, count(*)::int as entries
  from ledger_entry l join analytics_checkpoint c on c.account_id = l.account_id and l.version <= c.version
  where l.account_id = :accountId group by 1 order by 1
`)

/** Days of an account from `begin` to before `end`, with the versions of their entries. */
export interface CountedDays {
  readonly begin: string
  readonly end: string
  readonly first: number
  readonly last: number
}

/** The same as `ledgerSumsToRollup` for the hours and days of some days of one account. */
export const ledgerSumsToDays = invariantStatement<CountedDays & { accountId: string }>(
  rollupObjects(
    `(
      select * from usage_rollup
      where account_id = :accountId and period <> 'MONTH' and starts_at >= :begin::timestamptz and starts_at < :end::timestamptz
    )`,
    `select * from (${rollupOf(
      `(
        select * from ledger_entry entry where entry.account_id = :accountId and entry.version between :first and :last
          and entry.at >= :begin::timestamptz and entry.at < :end::timestamptz
        offset 0
      ) l`,
      true,
    )}) ledger where period <> 'MONTH'`,
  ),
)

/** Months of an account whose usage or cost differs from their days. */
export const daysSumToMonths = invariantStatement<{ accountId: string }>(
  rollupObjects(
    `(select * from usage_rollup where account_id = :accountId and period = 'MONTH')`,
    `select account_id, 'MONTH' as period, feature, date_trunc('month', starts_at, 'UTC') as starts_at, currency, sub_account_id, user_id,
      api_key_id, dimensions, ${ROLLUP_SUMS.map((name) => `sum(${name}) as ${name}`).join(', ')}
    from usage_rollup where account_id = :accountId and period = 'DAY' group by 1, 2, 3, 4, 5, 6, 7, 8, 9`,
    ROLLUP_SUMS,
  ),
)

/** Debts that differ from the sum of the entries without grant or window. */
export const ledgerSumsToDebt = invariantStatement(`
  select coalesce(d.account_id, l.account_id) as account_id, coalesce(d.feature, l.feature) as feature,
    coalesce(d.amount, 0) as debt, coalesce(-l.sum, 0) as ledger, coalesce(d.amount, 0) = coalesce(-l.sum, 0) as ok
  from credit_debt d
    full join (
      select account_id, feature, sum(amount) as sum from ledger_entry
      where grant_id is null and window_end is null group by 1, 2
    ) l on l.account_id = d.account_id and l.feature = d.feature
`)

/** Grants that are overdrawn or have a negative part, and those whose period of use starts after their last movement, which had set it. */
export const balancesAreNotBelowZero = invariantStatement(`
  select g.id as grant_id, g.account_id,
    g.used + g.reserved + g.expired + g.revoked <= g.amount
      and least(g.used, g.reserved, g.expired, g.revoked) >= 0 and not coalesce(l.below, false)
      and (g.usage_period_start is null or coalesce(g.usage_period_start <= l.last_at, false)) as ok
  from credit_grant g
    left join (
      select grant_id, bool_or(balance_after < 0) as below, max(at) as last_at from ledger_entry where grant_id is not null group by grant_id
    ) l on l.grant_id = g.id
`)

/** Grants without a unique source, or without exactly one GRANT entry of their amount, and rollovers at another time. Those of a won dispute are later. */
export const everyGrantHasOneCause = invariantStatement(`
  select g.id as grant_id, g.account_id, g.cause_type, g.cause_id,
    g.cause_id <> '' and same.grants = 1 and l.amounts = array[g.amount] and (g.cause_type <> 'rollover'
      or g.source_kind = 'ROLLOVER' and split_part(g.cause_id, '/', 1) = g.account_id and coalesce(g.expires_at > g.granted_at, false)
        and (split_part(g.cause_id, '/', 3) <> '' or coalesce(g.granted_at = case
          when split_part(g.cause_id, '/', 2) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9.:]{12}Z$' then split_part(g.cause_id, '/', 2)::timestamptz
        end, false))) as ok
  from credit_grant g
    join (
      select cause_type, cause_id, feature, count(*) as grants from credit_grant group by 1, 2, 3
    ) same on same.cause_type = g.cause_type and same.cause_id = g.cause_id and same.feature = g.feature
    left join (
      select grant_id, array_agg(amount) as amounts from ledger_entry where kind = 'GRANT' group by grant_id
    ) l on l.grant_id = g.id
`)

/** Consumptions without an idempotency key, or with one that occurs twice. */
export const everyConsumptionHasAKey = invariantStatement(`
  select l.account_id, l.version, l.operation_no, l.kind, l.key,
    l.key is not null and l.principal is not null and l.mutation is not null
      and count(*) over (partition by l.key, l.principal, l.account_id, l.mutation) = 1 as ok
  from ledger_entry l where l.entry_no = 0 and l.kind in ('CONSUME', 'RESERVE')
`)

/** Account versions with ledger entries but without an event. Retention deletes the start of a stream. */
export const everyMovementHasAnEvent = invariantStatement(`
  select l.account_id, l.version, e.sequence is not null or l.version < retained.first as ok
  from (select distinct account_id, version from ledger_entry) l
    left join stream_event e on e.stream_id = l.account_id and e.sequence = l.version
    left join (
      select stream_id, min(sequence) as first from stream_event group by stream_id
    ) retained on retained.stream_id = l.account_id
`)

/** Features of an account whose reserved units differ from its open reservations. */
export const reservedIsWhatIsHeld = invariantStatement(`
  select account_id, feature, sum(counted) as counted, sum(held) as held, sum(counted) = sum(held) as ok
  from (
    select account_id, feature, reserved as counted, 0 as held from credit_grant
    union all select account_id, feature, reserved, 0 from quota_usage
    union all select account_id, feature, reserved, 0 from overage_usage
    union all select account_id, feature, 0, amount from reservation where status = 'HELD'
  ) part
  group by account_id, feature
`)

/** Reservations whose parts do not sum to their amount, and closed ones without a closing time. */
export const reservationsAreWhole = invariantStatement(`
  select r.account_id, r.version, r.operation_no, r.status, r.amount,
    r.amount = (select sum((part ->> 'amount')::bigint) from jsonb_array_elements(r.parts) part)
      and (r.status = 'HELD') = (r.closed_at is null) as ok
  from reservation r
`)

/** Closed grants with a balance or a reservation. */
export const closedGrantsAreEmpty = invariantStatement(`
  select id as grant_id, account_id, used, reserved, expired, revoked, amount,
    reserved = 0 and used + expired + revoked = amount as ok
  from credit_grant where not open
`)

/** Amendments whose ledger entries do not sum to their units, and consumptions that returned more than they took. */
export const amendmentsSumToLedger = invariantStatement(`
  select coalesce(m.account_id, l.account_id) as account_id, coalesce(m.version, l.version) as version, m.amount, l.sum as ledger,
    coalesce(m.amount = l.sum and m.remaining = c.operation_total - m.total, false) as ok
  from (
      select *, sum(amount) over (partition by account_id, consumption_version, consumption_operation_no order by version) as total
      from usage_amendment
    ) m
    full join (
      select account_id, version, operation_no, sum(amount) as sum from ledger_entry
      where kind = 'ADJUST' and (grant_id is not null or window_end is not null or source = 'OVERAGE' and amount > 0) group by 1, 2, 3
    ) l on l.account_id = m.account_id and l.version = m.version and l.operation_no = m.operation_no
    left join ledger_entry c on c.account_id = m.account_id and c.version = m.consumption_version
      and c.operation_no = m.consumption_operation_no and c.entry_no = 0 and c.kind = 'CONSUME'
`)

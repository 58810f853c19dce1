import { sqlRule } from '../invariant.js'

/** SQL condition: ledger entry `l` is the one from which view `ledger_usage_event` derives `usage.recorded`. */
export const isUsageEventEntry = (l: string): string =>
  `${l}.operation_no = 0 and ${l}.entry_no = 0 and ${l}.kind in ('CONSUME', 'RESERVE', 'RELEASE')`

/** Grants of credits, use of allowances, and the ledger that explains both. */
export const creditRules = [
  sqlRule(
    'ledger_sums_to_grants',
    'The ledger entries of a grant sum to its balance: granted minus used, reserved, expired and revoked.',
    `select g.id as grant_id, g.account_id, g.amount - g.used - g.reserved - g.expired - g.revoked as balance, coalesce(l.sum, 0) as ledger,
       g.amount - g.used - g.reserved - g.expired - g.revoked = coalesce(l.sum, 0) as ok
     from credit_grant g left join (select grant_id, sum(amount) as sum from ledger_entry where grant_id is not null group by grant_id) l on l.grant_id = g.id`,
  ),
  sqlRule(
    'ledger_sums_to_use',
    'The ledger entries of an allowance window sum to its used and reserved units.',
    `select coalesce(u.account_id, l.account_id) as account_id, coalesce(u.feature, l.feature) as feature,
       coalesce(u.window_start, l.window_start) as window_start, coalesce(u.used + u.reserved, 0) as counted, coalesce(-l.sum, 0) as ledger,
       coalesce(u.used + u.reserved, 0) = coalesce(-l.sum, 0) as ok
     from quota_usage u full join (select account_id, feature, window_start, window_end, sum(amount) as sum from ledger_entry
         where window_end is not null group by 1, 2, 3, 4) l
       on l.account_id = u.account_id and l.feature = u.feature and l.window_start = u.window_start and l.window_end = u.window_end`,
  ),
  sqlRule(
    'ledger_sums_to_debt',
    'Entries without grant or window sum to the negative debt.',
    `select coalesce(d.account_id, l.account_id) as account_id, coalesce(d.feature, l.feature) as feature, coalesce(d.amount, 0) as debt,
       coalesce(-l.sum, 0) as ledger, coalesce(d.amount, 0) = coalesce(-l.sum, 0) as ok
     from credit_debt d full join (select account_id, feature, sum(amount) as sum from ledger_entry
         where grant_id is null and window_end is null group by 1, 2) l on l.account_id = d.account_id and l.feature = d.feature`,
  ),
  sqlRule(
    'balances_are_not_below_zero',
    'No grant is overdrawn and no balance is negative; any shortfall is recorded as debt.',
    `select g.id as grant_id, g.account_id, g.used + g.reserved + g.expired + g.revoked <= g.amount
       and least(g.used, g.reserved, g.expired, g.revoked) >= 0 and not coalesce(l.below, false) as ok
     from credit_grant g left join (select grant_id, bool_or(balance_after < 0) as below from ledger_entry
       where grant_id is not null group by grant_id) l on l.grant_id = g.id`,
  ),
  sqlRule(
    'every_grant_has_one_cause',
    'Every grant has a unique source per feature, and exactly one GRANT entry with its amount.',
    `select g.id as grant_id, g.account_id, g.cause_type, g.cause_id,
       g.cause_id <> '' and same.grants = 1 and l.amounts = array[g.amount] as ok
     from credit_grant g
       join (select cause_type, cause_id, feature, count(*) as grants from credit_grant group by 1, 2, 3) same
         on same.cause_type = g.cause_type and same.cause_id = g.cause_id and same.feature = g.feature
       left join (select grant_id, array_agg(amount) as amounts from ledger_entry where kind = 'GRANT' group by grant_id) l
         on l.grant_id = g.id`,
  ),
  sqlRule(
    'every_consumption_has_a_key',
    'The first entry of every consume or reserve carries its idempotency key, and no key occurs twice.',
    `select l.account_id, l.version, l.operation_no, l.kind, l.key, l.key is not null and l.principal is not null and l.mutation is not null
       and count(*) over (partition by l.key, l.principal, l.account_id, l.mutation) = 1 as ok
     from ledger_entry l where l.entry_no = 0 and l.kind in ('CONSUME', 'RESERVE')`,
  ),
  sqlRule(
    'every_movement_has_an_event',
    'Every ledger entry has an event with the same account version, unless it was deleted by retention or the entry is its own usage event.',
    `select l.account_id, l.version, l.is_use or w.sequence is not null or f.account_id is not null as ok
     from (select account_id, version, bool_or(${isUsageEventEntry('e')}) as is_use from ledger_entry e group by account_id, version) l
       left join stream_event w on w.stream_id = l.account_id and w.sequence = l.version
       left join event_retention f on f.account_id = l.account_id and f.deleted_through >= l.version`,
  ),
  sqlRule(
    'reserved_is_what_is_held',
    "The reserved units of grants and windows of a feature equal the sum of the account's open reservations.",
    `select account_id, feature, sum(counted) as counted, sum(held) as held, sum(counted) = sum(held) as ok from (
       select account_id, feature, reserved as counted, 0 as held from credit_grant
       union all select account_id, feature, reserved, 0 from quota_usage
       union all select account_id, feature, 0, amount from reservation where status = 'HELD') parts
     group by account_id, feature`,
  ),
  sqlRule(
    'reservations_are_whole',
    'The parts of a reservation sum to its amount, and a closed reservation has a closing time.',
    `select r.account_id, r.version, r.operation_no, r.status, r.amount,
       r.amount = (select sum((p ->> 'amount')::bigint) from jsonb_array_elements(r.parts) p) and (r.status = 'HELD') = (r.closed_at is null) as ok
     from reservation r`,
  ),
  sqlRule(
    'closed_grants_are_empty',
    'A grant outside the account snapshot has no balance and no reservation.',
    `select id as grant_id, account_id, used, reserved, expired, revoked, amount, reserved = 0 and used + expired + revoked = amount as ok
     from credit_grant where not open`,
  ),
]

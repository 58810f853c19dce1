import { ofTable, statement } from '#services/kernel/database/statement.js'
import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'
import type { HeldResources } from './allocations-within-history.js'

/**
 * Accounts with more than one active plan of a plan group, or with several complimentary ones, or that have bought one plan twice without an end.
 * An account can have a plan of each subscription at the seller's own provider. A plan without an end can coexist with the subscription that was canceled for it, and with one to a higher plan.
 */
export const oneLivePlanPerGroup = invariantStatement(`
  select held.account_id, held.group_code, held.kind, held.bought, count(*) as plans, count(*) = 1 as ok
  from (
    select a.account_id, a.group_code,
      case when a.source_type in ('comped', 'external') then a.source_type when lifetime then 'lifetime' else 'running' end as kind,
      case when a.source_type = 'external' then a.source_id when lifetime then v.plan_id end as bought
    from plan_assignment a join plan_version v on v.id = a.plan_version_id
      cross join lateral (select a.source_type = 'purchase' and a.expires_at is null as lifetime) as l
    where a.ended_at is null
  ) held
  group by 1, 2, 3, 4
`)

/** Assignments that end before they start. */
export const assignmentsEndAfterTheyBegin = invariantStatement(`
  select account_id, id, since, ended_at, ended_at is null or ended_at >= since as ok
  from (
    select account_id, id, since, ended_at from plan_assignment
    union all select account_id, id, since, ended_at from package_assignment
    union all select account_id, id, since, ended_at from entitlement_override
  ) held
`)

/** The end (UTC) of the day of a moment. */
export const endOfDay = (moment: string): string =>
  `(date_trunc('day', ${moment} at time zone 'UTC') + interval '1 day') at time zone 'UTC'`

/**
 * Plans that a subscription gives now and that differ from it, or from the last event of a subscription at the seller's own provider. Billing periods are counted from its start or the end of its trial, or from a payment
 * after an unpaid time, which is when the plan was given again.
 */
export const plansFollowTheirSubscription = invariantStatement(`
  select a.id as assignment_id, a.account_id, a.source_id, a.quantity, e.quantity as subscribed, a.period_end, e.period_end as current_period_end,
    (p.code = e.plan and a.quantity = e.quantity and a.period_end is not distinct from e.period_end
      and a.expires_at is not distinct from ${endOfDay('e.period_end')}) is true as ok
  from plan_assignment a
    join plan_version v on v.id = a.plan_version_id join plan p on p.id = v.plan_id
    left join external_plan e on e.account_id = a.account_id and e.source = a.source_id
  where a.source_type = 'external' and a.ended_at is null
  ${ofTable(
    'billing_subscription',
    `union all
  select a.id as assignment_id, a.account_id, a.source_id, a.quantity, s.quantity as subscribed, a.period_end, s.current_period_end,
    a.plan_version_id = s.plan_version_id and a.quantity = s.quantity
      and a.period_end is not distinct from s.current_period_end
      and a.expires_at is not distinct from ${endOfDay('s.current_period_end')}
      and a.group_code = p.group_code and coalesce(a.billing_anchor, a.since) between s.started_at and greatest(a.since, s.trial_end)
      and (a.windows_since is null or a.windows_since between s.started_at and coalesce(a.billing_anchor, a.since))
      and a.reason is null and a.set_by is null as ok
  from plan_assignment a
    join billing_subscription s on s.id = a.source_id and s.account_id = a.account_id
    join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id
  where a.source_type = 'subscription' and a.ended_at is null`,
  )}
`)

/** Assignments whose raises add no units, or count from a time outside of the period that the raise was paid in. */
export const raisesAreWithinTheirPeriod = invariantStatement(`
  select a.account_id, a.id, a.raises, a.raises is null or jsonb_typeof(a.raises) = 'array' and a.raises <> '[]' and not exists (
      select from jsonb_array_elements(case jsonb_typeof(a.raises) when 'array' then a.raises else '[]' end) raise
      where (
          (raise ->> 'at')::timestamptz between (raise ->> 'periodStart')::timestamptz and (raise ->> 'periodEnd')::timestamptz
            and jsonb_typeof(raise -> 'added') = 'object' and raise -> 'added' <> '{}'
        ) is not true
        or exists (
          select from jsonb_each(case jsonb_typeof(raise -> 'added') when 'object' then raise -> 'added' else '{}' end) added
          where (jsonb_typeof(added.value) = 'number' and added.value > '0') is not true
        )
    ) as ok
  from (
    select account_id, id, raises from plan_assignment union all select account_id, id, raises from package_assignment
  ) a
`)

/** Allocations that were deallocated before they were allocated. */
export const allocationsAreInOrder = invariantStatement(`
  select account_id, feature, resource_id, allocated_at, released_at,
    released_at is null or released_at >= allocated_at as ok
  from (
    select account_id, feature, resource_id, allocated_at, released_at from allocation
    union all select account_id, feature, resource_id, allocated_at, released_at from allocation_period
  ) held
`)

/** Allocated resources of each account, or of some, and of each feature, with everything that has ever granted the feature. */
export const findHeldResources = statement<{ accountIds: readonly string[] | null }, HeldResources>(`
  select l.account_id, l.feature, count(*)::int as held,
    (
      select json_agg(json_build_object('versionId', p.plan_version_id, 'quantity', p.quantity, 'group', p.group_code))
      from plan_assignment p where p.account_id = l.account_id
    ) as plans,
    (
      select json_agg(json_build_object('versionId', p.package_version_id, 'quantity', p.quantity))
      from package_assignment p where p.account_id = l.account_id
    ) as packages,
    (
      select json_agg(json_build_object('amount', o.amount, 'unlimited', o.unlimited))
      from entitlement_override o where o.account_id = l.account_id and o.feature = l.feature
    ) as overrides,
    (select max(m.peak) from member_count m where m.account_id = l.account_id) as members
  from allocation l where l.released_at is null and (:accountIds::text[] is null or l.account_id = any(:accountIds::text[]))
  group by l.account_id, l.feature
`)

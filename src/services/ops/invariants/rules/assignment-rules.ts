import { sqlRule } from '../invariant.js'

/** Plans, packages, overrides and allocations: what accounts hold. */
export const assignmentRules = [
  sqlRule(
    'one_live_plan_per_group',
    'An account has at most one active plan per plan group.',
    `select account_id, group_code, count(*) as plans, count(*) = 1 as ok
     from plan_assignment where ended_at is null group by account_id, group_code`,
  ),
  sqlRule(
    'holdings_end_after_they_begin',
    'No assignment ends before it starts.',
    `select account_id, id, since, ended_at, ended_at is null or ended_at >= since as ok from (
       select account_id, id, since, ended_at from plan_assignment
       union all select account_id, id, since, ended_at from package_assignment
       union all select account_id, id, since, ended_at from entitlement_override) held`,
  ),
  sqlRule(
    'plans_have_their_subscription',
    'A plan assignment from a subscription belongs to the account of that subscription.',
    `select p.id as assignment_id, p.account_id, p.source_id, s.account_id = p.account_id as ok
     from plan_assignment p left join billing_subscription s on s.id = p.source_id where p.source_type = 'subscription'`,
  ),
  sqlRule(
    'allocations_are_in_order',
    'No allocation is deallocated before it was allocated.',
    `select account_id, feature, resource_id, allocated_at, released_at, released_at is null or released_at >= allocated_at as ok from (
       select * from allocation union all select * from allocation_period) held`,
  ),
  sqlRule(
    'deployments_are_counted',
    'Every deployment that is not stopped has exactly one allocation, and vice versa.',
    `select coalesce(d.account_id, l.account_id) as account_id, d.id as deployment_id, l.resource_id, d.status,
       d.id is not null and l.resource_id is not null as ok
     from (select * from deployment where status not in ('STOPPED', 'FAILED')) d
       full join (select * from allocation where feature = 'deployments' and released_at is null) l
         on l.resource_id = d.id and l.account_id = d.account_id
     where exists (select from allocation where feature = 'deployments')`,
  ),
]

import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** Deployments whose version differs from the sequence of their last event. */
export const deploymentVersionIsItsLastEvent = invariantStatement(`
  select d.id as deployment_id, d.version, last.sequence, d.version = coalesce(last.sequence, 0) as ok
  from deployment d
    left join (
      select stream_id, max(sequence) as sequence from stream_event group by stream_id
    ) last on last.stream_id = d.id
`)

/** Deployments with more than one leased or running command. */
export const commandsFollowEachOther = invariantStatement(`
  select deployment_id, count(*) as commands, count(*) = 1 as ok
  from command where status in ('LEASED', 'RUNNING') group by deployment_id
`)

/** Running deployments without an allocation, and allocations without a running deployment. */
export const deploymentsAreCounted = invariantStatement(`
  select account_id, deployment_id, resource_id, status, deployment_id is not null and resource_id is not null as ok
  from (
    select part.account_id, max(part.deployment_id) as deployment_id, max(part.resource_id) as resource_id,
      max(part.status) as status, sum(sum(part.uses)) over () as uses
    from (
      select account_id, id, id as deployment_id, null as resource_id, status, 0 as uses from deployment where status <> 'STOPPED'
      union all
      select account_id, resource_id, null, case when released_at is null then resource_id end, null, 1
      from allocation where feature = 'deployments'
    ) part
    group by part.account_id, part.id
  ) counted
  where uses > 0 and (deployment_id is not null or resource_id is not null)
`)

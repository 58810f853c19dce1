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

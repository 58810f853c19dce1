import { sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './deployment-rules.sql.js'

/** Deployments and their commands. */
export const deploymentRules = [
  sqlRule(
    'deployment_version_is_its_last_event',
    "A deployment's version equals the sequence of its last event.",
    statements.deploymentVersionIsItsLastEvent,
  ),
  sqlRule(
    'commands_follow_each_other',
    'A deployment has at most one leased or running command.',
    statements.commandsFollowEachOther,
  ),
  sqlRule(
    'deployments_are_counted',
    'Every deployment that is not stopped has exactly one allocation, and vice versa.',
    statements.deploymentsAreCounted,
  ),
]

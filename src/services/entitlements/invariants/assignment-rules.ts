import { sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './assignment-rules.sql.js'

/** Plans, packages, overrides and allocations: what accounts hold. */
export const assignmentRules = [
  sqlRule(
    'one_live_plan_per_group',
    'An account has at most one active plan per plan group, in addition to each plan without an end, one complimentary plan, and one plan of each external source.',
    statements.oneLivePlanPerGroup,
  ),
  sqlRule(
    'assignments_end_after_they_start',
    'No assignment ends before it starts.',
    statements.assignmentsEndAfterTheyBegin,
  ),
  sqlRule(
    'plans_follow_their_subscription',
    "A plan from a subscription has the version, quantity and end of that subscription, and counts billing periods from its start or a later payment. One from the seller's own provider has the plan, quantity and end of the last event of its source.",
    statements.plansFollowTheirSubscription,
  ),
  sqlRule(
    'raises_are_within_their_period',
    'Units that a change within a paid period added count from a time of that period.',
    statements.raisesAreWithinTheirPeriod,
  ),
  sqlRule(
    'allocations_are_in_order',
    'No allocation is deallocated before it was allocated.',
    statements.allocationsAreInOrder,
  ),
]

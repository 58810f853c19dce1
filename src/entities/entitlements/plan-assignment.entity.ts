import { defineEntity, p } from '@mikro-orm/postgresql'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import type { Raise } from './raise.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An account's plan of one group, with its cause and dates (business clock). Without one, the default plan of the group
 * applies. A change of version or quantity ends one row and starts another, so that the past can be read.
 */
export const PlanAssignmentSchema = defineEntity({
  name: 'PlanAssignment',
  tableName: 'plan_assignment',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    groupCode: p.text(),
    planVersionId: () => p.manyToOne(PlanVersionSchema).mapToPk().fieldName('plan_version_id'),
    /** Cause, for example `subscription` and its ID. */
    sourceType: p.text(),
    sourceId: p.text(),
    quantity: p.integer().default(1),
    /** Currency of the subscription that is its cause, in which use beyond the allowances is charged. Null for other causes. */
    currency: p.text().nullable(),
    since: p.datetime(),
    /** Where the billing periods of its cause are counted from, whatever interval is paid; null: from `since`. */
    billingAnchor: p.datetime().nullable(),
    /** End of a trial that ended early: use in billing periods that began before counts no longer. Null if no trial did. */
    windowsSince: p.datetime().nullable(),
    /** Changes within the paid period whose added units are in proportion to their money. Null if there were none. */
    raises: p.json().$type<readonly Raise[] | null>().nullable(),
    /** End or renewal of the paid period: `dateEnd`. */
    periodEnd: p.datetime().nullable(),
    /**
     * Time at which the plan expires unless it is prolonged: the end (UTC) of the day of `periodEnd`. Null if it does
     * not expire.
     */
    expiresAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** Reason of the operator who gave a complimentary plan. Null for other plans. */
    reason: p.text().nullable(),
    /** Operator who gave a complimentary plan. Null for other plans. */
    setBy: p.text().nullable(),
    /** Time of the notice that a complimentary plan ends. Null if it was not sent. */
    notifiedAt: p.datetime().nullable(),
  },
  indexes: [
    { name: 'plan_assignment_account', properties: ['accountId', 'since'] },
    {
      name: 'plan_assignment_source',
      expression: `create unique index "plan_assignment_source" on "plan_assignment" ("source_type", "source_id", "group_code", "account_id") where ended_at is null`,
    },
    sqlIndex('plan_assignment_live', 'on "plan_assignment" ("account_id") where ended_at is null'),
    sqlIndex(
      'plan_assignment_comped',
      `on "plan_assignment" ("plan_version_id") where source_type = 'comped' and ended_at is null`,
    ),
  ],
})

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import { PlanSchema } from '../catalog/plan.entity.js'

/** `STOPPED` by an operator, who can resume it. */
export type PlanMigrationState = 'RUNNING' | 'STOPPED' | 'COMPLETED'

/** Migration of the subscribers of a plan to one of its versions. The background job reads the state before each step. */
export const PlanMigrationSchema = defineEntity({
  name: 'PlanMigration',
  tableName: 'plan_migration',
  properties: {
    id: p.text().primary(),
    planId: () => p.manyToOne(PlanSchema).mapToPk().fieldName('plan_id'),
    toPlanVersionId: () => p.manyToOne(PlanVersionSchema).mapToPk().fieldName('to_plan_version_id'),
    state: p.text().$type<PlanMigrationState>().default('RUNNING'),
    requestedBy: p.text(),
    /** Business time of the request and of the last step. */
    createdAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    /** Error of the last attempt that had no result. Null if the last attempt had one. */
    lastError: p.text().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'plan_migration_state', expression: `state in ('RUNNING', 'STOPPED', 'COMPLETED')` }],
  indexes: [
    {
      name: 'plan_migration_one_running',
      expression: `create unique index "plan_migration_one_running" on "plan_migration" ("plan_id") where state = 'RUNNING'`,
    },
  ],
})

export type PlanMigrationRow = RowOf<typeof PlanMigrationSchema>

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PlanVersionSchema } from '../catalog/plan-version.entity.js'
import { PriceSchema } from '../catalog/price.entity.js'
import { PlanMigrationSchema } from './plan-migration.entity.js'
import { ownerKey } from '../owner-key.js'

export type PlanMigrationStepState = 'PENDING' | 'APPLIED' | 'SCHEDULED' | 'SKIPPED' | 'FAILED'

/** Reason why a subscription stays on its version. */
export type MigrationSkipReason =
  | 'CHANGE_IN_PROGRESS'
  | 'CHANGE_SCHEDULED'
  | 'ENDING'
  | 'ENDED'
  | 'NO_PRICE'
  | 'ALREADY_CURRENT'
  | 'NEWER_VERSION'

/** One subscription of a migration. */
export const PlanMigrationStepSchema = defineEntity({
  name: 'PlanMigrationStep',
  tableName: 'plan_migration_step',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    migrationId: () => p.manyToOne(PlanMigrationSchema).mapToPk().fieldName('migration_id'),
    subscriptionId: p.text(),
    /** Version when the migration began. */
    fromPlanVersionId: () => p.manyToOne(PlanVersionSchema).mapToPk().fieldName('from_plan_version_id'),
    state: p.text().$type<PlanMigrationStepState>().default('PENDING'),
    /** Prices before and after, once decided. */
    fromPriceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('from_price_id').nullable().deleteRule('no action'),
    toPriceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('to_price_id').nullable().deleteRule('no action'),
    /** The change, written with the decision: a crash after it continues this change and makes no second one. */
    changeId: p.text().nullable(),
    effectiveAt: p.datetime().nullable(),
    skippedReason: p.text().$type<MigrationSkipReason>().nullable(),
    error: p.text().nullable(),
    /** Attempts without a result. */
    attempts: p.integer().default(0),
    /** Business time of the result. */
    processedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'plan_migration_step_state',
      expression: `state in ('PENDING', 'APPLIED', 'SCHEDULED', 'SKIPPED', 'FAILED')`,
    },
  ],
  uniques: [{ name: 'plan_migration_step_once', properties: ['migrationId', 'subscriptionId', 'accountId'] }],
  indexes: [
    { name: 'plan_migration_step_state', properties: ['migrationId', 'state', 'attempts', 'id'] },
    { name: 'plan_migration_step_account', properties: ['accountId'] },
  ],
})

export type PlanMigrationStepRow = RowOf<typeof PlanMigrationStepSchema>

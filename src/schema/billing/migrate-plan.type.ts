import { ID } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { Price } from '../catalog/price.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'

@inputType('Plan to migrate, and whether to execute the migration.')
export class MigratePlanInput {
  @field('Code of the plan.', () => String)
  plan!: string

  @field('Whether to return the steps only, without executing them.', () => Boolean, {
    nullable: true,
    defaultValue: true,
  })
  dryRun?: boolean | null
}

@objectType('Effect of a migration on one subscription.')
export class PlanMigrationStep {
  readonly __typename!: 'PlanMigrationStep'

  @field('Account of the subscription.', () => ID)
  accountId!: string

  @field('ID of the subscription.', () => ID)
  subscriptionId!: string

  @field('Current plan version of the subscription.', () => PlanVersion)
  fromVersion!: PlanVersion

  @field('Plan version after the migration.', () => PlanVersion)
  toVersion!: PlanVersion

  @field(
    'Time the new terms take effect: now, or at period end for a new price. Null if the subscription is skipped.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  effectiveAt!: Date | null

  @field('Current price. Null if unchanged.', () => Price, { nullable: true })
  priceBefore!: Price | null

  @field('New price. Null if unchanged.', () => Price, { nullable: true })
  priceAfter!: Price | null

  @field('Reason the subscription is skipped. Null if it is migrated.', () => String, { nullable: true })
  skippedReason!: string | null
}

/** A migration of subscribers. */
@objectType("A migration of a plan's subscribers to its current version, or a preview of it.")
export class PlanMigration {
  readonly __typename!: 'PlanMigration'

  @field('Plan in its current version.', () => Plan)
  plan!: Plan

  @field('Whether this is a preview.', () => Boolean)
  dryRun!: boolean

  @field('One step per subscriber of an earlier version.', () => [PlanMigrationStep])
  steps!: readonly PlanMigrationStep[]
}

export const PlanMigrationResult = unionType('PlanMigrationResult', 'The migration, or a denial.', () => [
  PlanMigration,
  Refused,
])
export type PlanMigrationResult = PlanMigration | Refused

import { ArgsType } from 'type-graphql'
import { previewType } from '../kernel/payload.js'
import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { PlanFeature } from '../catalog/plan-feature.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { Price } from '../catalog/price.type.js'
import { Entitlement, EntitlementPreview } from '../entitlements/entitlement.type.js'
import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { PlanMigrationSkipReason } from './plan-migration.type.js'
/** Input of `previewPlanMigration`. */
@ArgsType()
export class PreviewPlanMigrationArgs {
  @field('Code of the plan.', () => String)
  plan!: string
}

@objectType('Subscriptions of one plan version and price that a migration would move.')
export class PlanMigrationGroup {
  readonly __typename!: 'PlanMigrationGroup'

  @field('Plan version of the subscriptions.', () => PlanVersion)
  fromVersion!: PlanVersion

  @field('Number of subscriptions.', () => SafeInt)
  subscriptionCount!: number

  @field('Current price of one unit.', () => Price)
  priceBefore!: Price

  @field('Price of one unit after the migration; it may be the same.', () => Price)
  priceAfter!: Price

  @field('Amount that all of them pay per interval now, before discounts and tax.', () => Money)
  amountBefore!: Money

  @field('Amount that all of them pay per interval after the migration, before discounts and tax.', () => Money)
  amountAfter!: Money

  @field('Earliest time the new terms take effect (business clock): now with an unchanged price.', () => DateTime)
  firstEffectiveAt!: Date

  @field('Latest time the new terms take effect (business clock).', () => DateTime)
  lastEffectiveAt!: Date
}

@objectType('A feature that a migration would change for the subscribers of one plan version.')
export class PlanMigrationFeatureChange {
  readonly __typename!: 'PlanMigrationFeatureChange'

  @field('Plan version of the subscriptions.', () => PlanVersion)
  fromVersion!: PlanVersion

  @field('The changed feature.', () => Feature)
  feature!: Feature

  @field('Current terms of the feature. Null if it is not included.', () => PlanFeature, { nullable: true })
  before!: PlanFeature | null

  @field('Terms of the feature after the migration. Null if it is lost.', () => PlanFeature, { nullable: true })
  after!: PlanFeature | null

  @field('Number of subscriptions that would move.', () => SafeInt)
  subscriptionCount!: number
}

@objectType('An entitlement that an account loses, or uses beyond the new limit.')
export class LostEntitlement {
  readonly __typename!: 'LostEntitlement'

  @field('Entitlement now.', () => Entitlement)
  before!: Entitlement

  @field('Entitlement after the migration, with the current usage.', () => EntitlementPreview)
  after!: EntitlementPreview
}

@objectType('Effect of a migration on one subscription.')
export class PlanMigrationPreviewItem {
  readonly __typename!: 'PlanMigrationPreviewItem'

  /** Ids of the objects that `account` and `subscription` load. */
  accountId!: string
  subscriptionId!: string

  @field('Current plan version of the subscription.', () => PlanVersion)
  fromVersion!: PlanVersion

  @field('Amount per interval now, before discounts and tax. Null if the price is unknown.', () => Money, {
    nullable: true,
  })
  amountBefore!: Money | null

  @field(
    'Amount per interval after the migration, before discounts and tax. Null if the subscription is skipped.',
    () => Money,
    {
      nullable: true,
    },
  )
  amountAfter!: Money | null

  @field(
    'Time the new terms would take effect (business clock). Null if the subscription is skipped.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  effectiveAt!: Date | null

  @field('Reason the subscription keeps its version. Null if it would move.', () => PlanMigrationSkipReason, {
    nullable: true,
  })
  skippedReason!: PlanMigrationSkipReason | null
}

/** A page of a preview. */
export const PlanMigrationPreviewItemConnection = listPage(
  'PlanMigrationPreviewItem',
  'subscriptions of a previewed migration',
  () => PlanMigrationPreviewItem,
)
export type PlanMigrationPreviewItemConnection = InstanceType<typeof PlanMigrationPreviewItemConnection>

@previewType('Effect of a plan migration. Nothing is changed.')
export class PlanMigrationPreview {
  @field('Plan in its current version.', () => Plan, { nullable: true })
  plan!: Plan | null

  @field('Version that the subscribers would be migrated to.', () => PlanVersion, { nullable: true })
  toVersion!: PlanVersion | null

  @field('Number of subscriptions of earlier versions.', () => SafeInt, { nullable: true })
  subscriptionCount!: number | null

  @field('Number of subscriptions that would move.', () => SafeInt, { nullable: true })
  migratableCount!: number | null

  @field(
    'Latest time another scheduled change of a skipped subscription takes effect (business clock). Null without one.',
    () => DateTime,
    { nullable: true },
  )
  lastScheduledChangeAt!: Date | null

  @field('Subscriptions that would move, by version and price.', () => [PlanMigrationGroup], { nullable: true })
  groups!: PlanMigrationGroup[] | null

  @field(
    'Features that differ for the subscriptions that would move, by version.',
    () => [PlanMigrationFeatureChange],
    { nullable: true },
  )
  featureChanges!: PlanMigrationFeatureChange[] | null
}

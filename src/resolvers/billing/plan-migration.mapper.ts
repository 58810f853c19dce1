import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { PlanMigrationStepRow } from '#entities/billing/plan-migration-step.entity.js'
import type { PlanMigrationPreview, PlanMigrationPreviewItem } from '#schema/billing/plan-migration-preview.type.js'
import type { PlanMigration, PlanMigrationStep } from '#schema/billing/plan-migration.type.js'
import type { CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type {
  PlanMigrationPreview as Preview,
  PreviewedSubscription,
} from '#services/billing/subscriptions/migrate/preview-plan-migration.js'
import { toCurrentPlan, toFeature, toPlan, toPlanFeature, toPlanVersion } from '../catalog/plan.mapper.js'
import { toActor } from '../identity/actor.mapper.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'

export function toPlanMigration(catalog: CatalogSnapshot, row: PlanMigrationRow): PlanMigration {
  const version = catalog.planByVersionId.get(row.toPlanVersionId)!
  return {
    __typename: 'PlanMigration',
    id: row.id,
    plan: toCurrentPlan(catalog, version),
    toVersion: toPlanVersion(version),
    status: row.state,
    requestedBy: toActor(row.requestedBy),
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    lastError: row.lastError,
  }
}

export function toPlanMigrationStep(catalog: CatalogSnapshot, row: PlanMigrationStepRow): PlanMigrationStep {
  const priceOf = (id: string | null) => {
    const price = catalog.priceById.get(id ?? '')
    return price ? toPrice(price) : null
  }
  return {
    __typename: 'PlanMigrationStep',
    id: row.id,
    accountId: row.accountId,
    subscriptionId: row.subscriptionId,
    status: row.state,
    fromVersion: toPlanVersion(catalog.planByVersionId.get(row.fromPlanVersionId)!),
    priceBefore: priceOf(row.fromPriceId),
    priceAfter: priceOf(row.toPriceId),
    effectiveAt: row.effectiveAt,
    skippedReason: row.skippedReason,
    error: row.error,
    processedAt: row.processedAt,
  }
}

const times = ({ money }: CatalogPrice, quantity: number) =>
  toMoney({ amountMinor: money.amountMinor * quantity, currency: money.currency })

/** The preview, with the value that its pages are read for. */
export type PlanMigrationPreviewView = PlanMigrationPreview & { readonly preview: Preview }

export function toPlanMigrationPreview(preview: Preview): PlanMigrationPreviewView {
  const migratableCount = preview.groups.reduce((sum, { count }) => sum + count, 0)
  return {
    preview,
    plan: toPlan(preview.plan),
    toVersion: toPlanVersion(preview.plan),
    subscriptionCount: preview.skipped.reduce((sum, { count }) => sum + count, migratableCount),
    migratableCount,
    lastScheduledChangeAt: preview.lastScheduledChangeAt,
    groups: preview.groups.map(({ from, price, newPrice, count, quantity, ...effective }) => ({
      __typename: 'PlanMigrationGroup',
      fromVersion: toPlanVersion(from),
      subscriptionCount: count,
      priceBefore: toPrice(price),
      priceAfter: toPrice(newPrice),
      amountBefore: times(price, quantity),
      amountAfter: times(newPrice, quantity),
      ...effective,
    })),
    featureChanges: preview.featureChanges.map(({ from, feature, before, after, count }) => ({
      __typename: 'PlanMigrationFeatureChange',
      fromVersion: toPlanVersion(from),
      feature: toFeature(feature),
      before: before && toPlanFeature(before, from.code),
      after: after && toPlanFeature(after, from.code),
      subscriptionCount: count,
    })),
  }
}

export type PlanMigrationPreviewItemView = PlanMigrationPreviewItem & { readonly previewed: PreviewedSubscription }

export const toPlanMigrationPreviewItem = (previewed: PreviewedSubscription): PlanMigrationPreviewItemView => ({
  __typename: 'PlanMigrationPreviewItem',
  previewed,
  accountId: previewed.candidate.accountId,
  subscriptionId: previewed.candidate.id,
  fromVersion: toPlanVersion(previewed.from),
  amountBefore: previewed.price && times(previewed.price, previewed.candidate.quantity),
  amountAfter: previewed.newPrice && times(previewed.newPrice, previewed.candidate.quantity),
  effectiveAt: previewed.effectiveAt,
  skippedReason: previewed.skippedReason,
})

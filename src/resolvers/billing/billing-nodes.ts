import { mapped, rowNodes, type LoadReporter } from '#context/nodes.js'
import { ownerOfPrice } from '#services/billing/model/negotiated-plans.js'
import { PROVIDER_NAMES, type ProviderName } from '#services/billing/providers/provider-name.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import { visibleBatch } from '#services/billing/usage-batches/batch-access.js'
import { isOfOneAccount } from '#services/catalog/snapshot/catalog-snapshot.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { toPlanVersion } from '../catalog/plan.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'
import { toCheckout } from './checkout.mapper.js'
import { toNegotiatedPlan } from './negotiated-plan.mapper.js'
import { loadPendingPlan } from './pending-plan.mapper.js'
import { toPlanMigration, toPlanMigrationStep } from './plan-migration.mapper.js'
import { toDispute, toInvoice, toPurchase, toRefund } from './purchase.mapper.js'
import { toSubscription, toSubscriptionItem } from './subscription.mapper.js'
import { toTopUp } from './top-up.mapper.js'
import { toAmendment } from './usage-amendment.resolver.js'
import { toUsageBatch, toUsageBatchLine } from './usage-batch.mapper.js'
import { toUsageComparison, toUsageDifference } from './usage-comparison.mapper.js'
import { visibleDrift } from '#services/billing/reconciliation/drift-row.js'
import { toDrift } from './drift.mapper.js'
import { toReconciliationRun } from './reconciliation.mapper.js'
import { toWebhookEvent } from './webhook-event.mapper.js'

/** Sales, subscriptions and their money, and negotiated prices. */
export const billingNodes = {
  ppl: loadPendingPlan,
  ...rowNodes({
    ibx: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.inboxEvent.load(id)), toWebhookEvent),
    rcn: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.reconciliationRun.load(id)), toReconciliationRun),
    drf: async (context, id) =>
      mapped(await visibleDrift(context, id, (runId) => context.loaders.reconciliationRun.load(runId)), toDrift),
    plv: async (context, id) => {
      const { planByVersionId, priceById } = context.catalog.current()
      const version = planByVersionId.get(id)
      if (!version || !isOfOneAccount(version)) return null
      const price = [...priceById.values()].find(({ planVersionId }) => planVersionId === id)
      const owner = price && (await ownerOfPrice(context.database, price.id))
      return owner && (await visibleBillingObject(context, owner)) ? toPlanVersion(version) : null
    },
    prc: async (context, id) => {
      const price = context.catalog.current().priceById.get(id)
      if (!price?.negotiated) return null
      return (await visibleBillingObject(context, await ownerOfPrice(context.database, id))) ? toPrice(price) : null
    },
    chk: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.checkout.load(id)), (row) =>
        toCheckout(context, row),
      ),
    sub: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.subscription.load(id)), (row) =>
        toSubscription(context, row),
      ),
    sit: async (context, id) => {
      const item = await context.loaders.subscriptionItem.load(id)
      const subscription = item && (await context.loaders.subscription.load(item.subscriptionId))
      return (await visibleBillingObject(context, subscription)) && item
        ? toSubscriptionItem(context.catalog.current(), item)
        : null
    },
    pmg: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.planMigration.load(id)), (row) =>
        toPlanMigration(context.catalog.current(), row),
      ),
    pms: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.planMigrationStep.load(id)), (row) =>
        toPlanMigrationStep(context.catalog.current(), row),
      ),
    uam: async (context, id) =>
      mapped(await visibleEntitlementObject(context, await context.loaders.usageAmendment.load(id)), (row) =>
        toAmendment(context, row),
      ),
    ubt: async (context, id) => mapped(visibleBatch(context, await context.loaders.usageBatch.load(id)), toUsageBatch),
    ubl: async (context, id) => {
      const line = await context.loaders.usageBatchLine.load(id)
      const batch = line && (await context.loaders.usageBatch.load(line.batchId))
      return line && visibleBatch(context, batch) ? toUsageBatchLine(context.catalog.current(), line) : null
    },
    ucp: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.usageComparison.load(id)), toUsageComparison),
    ucu: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.usageDifference.load(id)), (row) =>
        toUsageDifference(context.catalog.current(), row),
      ),
    pur: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.purchase.load(id)), toPurchase),
    inv: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.invoice.load(id)), toInvoice),
    ngp: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.negotiatedPlan.load(id)), (row) =>
        toNegotiatedPlan(context, row),
      ),
    tup: async (context, id) =>
      mapped(await visibleBillingObject(context, await context.loaders.topUp.load(id)), (row) => toTopUp(context, row)),
    rfd: async (context, id) => {
      const refund = await context.loaders.refund.load(id)
      const purchase = refund && (await context.loaders.purchase.load(refund.purchaseId))
      return refund && (await visibleBillingObject(context, purchase)) ? toRefund(refund) : null
    },
    dsp: async (context, id) => {
      const dispute = await context.loaders.dispute.load(id)
      const purchase = dispute && (await context.loaders.purchase.load(dispute.purchaseId))
      return dispute && (await visibleBillingObject(context, purchase)) ? toDispute(dispute) : null
    },
  }),
}

const providerName = (sold: { readonly provider: ProviderName } | null): string | null =>
  sold && PROVIDER_NAMES[sold.provider]

/** Providers report payments, subscriptions and what becomes of a checkout. */
export const providerReporters: Readonly<Record<string, LoadReporter>> = {
  chk: async ({ loaders }, id) => providerName(await loaders.checkout.load(id)),
  sub: async ({ loaders }, id) => providerName(await loaders.subscription.load(id)),
  pur: async ({ loaders }, id) => providerName(await loaders.purchase.load(id)),
}

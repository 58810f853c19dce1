import type { Node } from '#schema/kernel/node.type.js'
import { packageById } from '#services/catalog/packages/packages-for-sale.js'
import { prefixOf, type IdPrefix } from '#services/kernel/ids/ids.js'
import { visibleEndpoint } from '#services/identity/webhooks/endpoint-access.js'
import { account } from '#services/identity/accounts/accounts.js'
import { maySeeUser } from '#services/identity/accounts/visible-user.js'
import { visibleEvent } from '#services/identity/accounts/visible-event.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import { ownerOfPrice } from '#services/billing/model/negotiated-plans.js'
import { visibleDeploymentObject } from '#services/deployments/queries/visible-deployment-object.js'
import { operatorEventCursor } from '#services/ops/operator-events/operator-events.js'
import { isSigningKeyId, signingKeyById } from '#services/ops/ledger-chain/signing-keys.js'
import { readAsOperator } from '#services/ops/read-as-operator.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import { loadCompedPlan } from '../entitlements/comped-plan.mapper.js'
import { loadCreditBalance, loadEntitlement } from '../entitlements/load-entitlement.js'
import { loadConsumption, loadReservation } from '../entitlements/load-operation.js'
import { loadAlert } from '../entitlements/alert.mapper.js'
import { loadSpendCap } from '../entitlements/spend-cap.mapper.js'
import { toAccount, toUser } from '../identity/account.mapper.js'
import { toWebhookDelivery, toWebhookEndpoint } from '../identity/webhook-endpoint.mapper.js'
import { toApiKey } from '../identity/api-key.mapper.js'
import { visibleApiKey } from '#services/identity/keys/visible-api-key.js'
import { toInvitation, toMember } from '../identity/member.mapper.js'
import { toPolicy } from '../identity/policy.resolver.js'
import { visiblePolicy } from '#services/identity/access/policies.js'
import { visibleMember } from '#services/identity/members/visible-member.js'
import { isInvited, visibleInvitation } from '#services/identity/members/visible-invitation.js'
import { grantOfRow, toCreditGrant, toLedgerEntry } from '../entitlements/credit.mapper.js'
import { featureById } from '#services/catalog/features/features.js'
import { toFeature, toPackage, toPlan, toPlanVersion, toProduct } from '../catalog/plan.mapper.js'
import { toCheckout } from '../billing/checkout.mapper.js'
import { toNegotiatedPlan } from '../billing/negotiated-plan.mapper.js'
import { loadPendingPlan } from '../billing/pending-plan.mapper.js'
import { toTopUp } from '../billing/top-up.mapper.js'
import { toDispute, toInvoice, toPurchase, toRefund } from '../billing/purchase.mapper.js'
import { toSubscription, toSubscriptionItem } from '../billing/subscription.mapper.js'
import { toAgent, toCommand, toDeployment } from '../deployments/deployment.mapper.js'
import { loadDeploymentApp } from '../deployments/load-deployment-app.js'
import {
  storedCategoryIds,
  toCategory,
  toRating,
  toReview,
  toTemplate,
  toVendor,
  toVersion,
  visibilityLoaders,
} from '../marketplace/template.mapper.js'
import { toEntry, toPayout } from '../marketplace/vendor.mapper.js'
import { visibleEarningsObject } from '#services/marketplace/payouts/vendor-payouts.js'
import { toEvent, toNumberedEvent } from './event.mapper.js'
import { toPrice } from './price.mapper.js'
import { toAccountJob } from '../ops/account-job.resolver.js'
import { visibleTask } from '#services/ops/account-data/account-jobs.js'
import { toAuditEntry } from '../ops/audit.resolver.js'
import { toSigningKey } from '../ops/statement.resolver.js'
import { toReconciliationRun } from '../ops/reconciliation.mapper.js'
import { toDeadLetter } from '../ops/dead-letter.resolver.js'
import { visibleDrift } from '#services/ops/reconciliation/drift-row.js'
import { toDrift } from '../ops/drift.mapper.js'
import { isOfOneAccount } from '#services/catalog/snapshot/catalog-snapshot.js'
import { toWebhookEvent } from '../ops/webhook-event.mapper.js'
import { toPlanMigration, toPlanMigrationStep } from '../billing/plan-migration.mapper.js'
import { toAmendment } from '../billing/usage-amendment.resolver.js'
import { toUsageBatch, toUsageBatchLine } from '../billing/usage-batch.mapper.js'
import { toUsageComparison, toUsageDifference } from '../billing/usage-comparison.mapper.js'
import { visibleBatch } from '#services/billing/usage-batches/batch-access.js'
import { toPriceList } from '../ops/price-list.mapper.js'
import { toOutage } from '../ops/outages.resolver.js'
import type { RequestContext } from '#context/request-context.js'
import { visibleTemplateById, visibleUnpublished } from '#services/marketplace/templates/template-visibility.js'

type LoadNode = (context: RequestContext, id: string) => Promise<Node | null> | Node | null

const loaders: Partial<Record<IdPrefix, LoadNode>> = {
  pln: (context, id) => mapped(context.catalog.current().planById.get(id), toPlan),
  plv: async (context, id) => {
    const { planByVersionId, priceById } = context.catalog.current()
    const version = planByVersionId.get(id)
    if (!version || !isOfOneAccount(version)) return mapped(version, toPlanVersion)
    const price = [...priceById.values()].find(({ planVersionId }) => planVersionId === id)
    const owner = price && (await ownerOfPrice(context.database, price.id))
    return owner && (await visibleBillingObject(context, owner)) ? toPlanVersion(version) : null
  },
  prc: async (context, id) => {
    const price = context.catalog.current().priceById.get(id)
    const isVisible =
      !price?.negotiated || (await visibleBillingObject(context, await ownerOfPrice(context.database, id))) !== null
    return isVisible ? mapped(price, toPrice) : null
  },
  prd: (context, id) =>
    mapped(context.catalog.current().productById.get(id), (product) => toProduct(context.catalog.current(), product)),
  pkg: (context, id) => mapped(packageById(context.catalog.current(), id), toPackage),
  tpl: loadTemplate,
  tvr: async (context, id) =>
    mapped(
      await visibleUnpublished(context, await context.loaders.templateVersion.load(id), visibilityLoaders(context)),
      toVersion,
    ),
  trv: async (context, id) =>
    mapped(
      await visibleUnpublished(context, await context.loaders.templateReview.load(id), visibilityLoaders(context)),
      toReview,
    ),
  rtg: async (context, id) => {
    const rating = await context.loaders.templateRating.load(id)
    return rating && (await loadTemplate(context, rating.templateId)) ? toRating(rating) : null
  },
  ven: async (context, id) => {
    const vendor = await context.loaders.vendor.load(id)
    return vendor && toVendor(vendor)
  },
  vpo: async (context, id) =>
    mapped(
      await visibleEarningsObject(context, await context.loaders.vendorPayout.load(id), (vendorId) =>
        context.loaders.vendor.load(vendorId),
      ),
      toPayout,
    ),
  vet: async (context, id) =>
    mapped(
      await visibleEarningsObject(context, await context.loaders.earningsEntry.load(id), (vendorId) =>
        context.loaders.vendor.load(vendorId),
      ),
      toEntry,
    ),
  usr: async (context, id) =>
    (await maySeeUser(context, id, (pair) => context.loaders.shareAccount.load(pair)))
      ? mapped(await context.loaders.user.load(id), toUser)
      : null,
  acc: async (context, id) => mapped(await account(context, id), toAccount),
  key: async (context, id) =>
    mapped(await visibleApiKey(context, await context.loaders.apiKey.load(id)), (row) => toApiKey(context, row)),
  mbr: async (context, id) => mapped(await visibleMember(context, await context.loaders.member.load(id)), toMember),
  pol: async (context, id) => mapped(visiblePolicy(context, await context.loaders.policy.load(id)), toPolicy),
  ivt: async (context, id) => {
    const row = await context.loaders.invitation.load(id)
    const managed = await visibleInvitation(context, row)
    if (managed) return toInvitation(managed, context.clock.now())
    return row && isInvited(context, row) ? toInvitation(row, context.clock.now(), true) : null
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
  prl: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.priceList.load(id)), toPriceList),
  ucp: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.usageComparison.load(id)), toUsageComparison),
  ucu: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.usageDifference.load(id)), (row) =>
      toUsageDifference(context.catalog.current(), row),
    ),
  out: async (context, id) => mapped(await readAsOperator(context, () => context.loaders.outage.load(id)), toOutage),
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
  evt: loadEvent,
  tsk: async (context, id) =>
    mapped(await visibleTask(context, await context.loaders.accountJob.load(id)), (row) => toAccountJob(context, row)),
  aud: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.auditEntry.load(id)), toAuditEntry),
  rcn: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.reconciliationRun.load(id)), toReconciliationRun),
  dlt: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.deadLetter.load(id)), toDeadLetter),
  drf: async (context, id) =>
    mapped(await visibleDrift(context, id, (runId) => context.loaders.reconciliationRun.load(runId)), toDrift),
  ibx: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.inboxEvent.load(id)), toWebhookEvent),
  whe: async (context, id) =>
    mapped(await visibleEndpoint(context, await context.loaders.webhookEndpoint.load(id)), toWebhookEndpoint),
  whd: async (context, id) => {
    const delivery = await context.loaders.webhookDelivery.load(id)
    const endpoint = delivery && (await context.loaders.webhookEndpoint.load(delivery.endpointId))
    return (await visibleEndpoint(context, endpoint)) ? mapped(delivery, toWebhookDelivery) : null
  },
  asg: loadCompedPlan,
  cap: loadSpendCap,
  alr: loadAlert,
  csm: loadConsumption,
  rsv: loadReservation,
  grt: async (context, id) =>
    mapped(await visibleEntitlementObject(context, await context.loaders.creditGrant.load(id)), (row) =>
      toCreditGrant(context.catalog.current(), grantOfRow(row)),
    ),
  led: async (context, id) =>
    mapped(await visibleEntitlementObject(context, await context.loaders.ledgerEntry.load(id)), toLedgerEntry),
  dep: async (context, id) =>
    mapped(await visibleDeploymentObject(context, await context.loaders.deployment.load(id)), toDeployment),
  cmd: async (context, id) =>
    mapped(await visibleDeploymentObject(context, await context.loaders.command.load(id)), toCommand),
  agt: async (context, id) => {
    const agent = await visibleDeploymentObject(context, await context.loaders.agent.load(id))
    return agent && toAgent(context, agent)
  },
}

async function loadEvent(context: RequestContext, id: string): Promise<Node | null> {
  const event = await context.loaders.event.load(id)
  if (event) return mapped(await visibleEvent(context, event), toNumberedEvent)
  const forOperators = await readAsOperator(context, () => context.loaders.operatorEvent.load(id))
  return forOperators && toEvent(forOperators, await operatorEventCursor(context, forOperators))
}

async function loadTemplate(context: RequestContext, id: string): Promise<Node | null> {
  const template = await visibleTemplateById(context, id, visibilityLoaders(context))
  return template && toTemplate(context, template)
}

async function loadCategory(context: RequestContext, id: string): Promise<Node | null> {
  const found = await Promise.all(storedCategoryIds(id).map((stored) => context.loaders.category.load(stored)))
  return mapped(found.find(Boolean), toCategory)
}

const mapped = <Row, Result>(row: Row | null | undefined, map: (row: Row) => Result): Result | null =>
  row ? map(row) : null

/** Any object by its id; what the caller may not see is null, exactly like what does not exist. */
export async function loadNode(context: RequestContext, id: string): Promise<Node | null> {
  const feature = featureById(context, id)
  if (feature) return toFeature(feature)
  if (id.startsWith('ent_')) return loadEntitlement(context, id)
  if (id.startsWith('cbl_')) return loadCreditBalance(context, id)
  if (id.startsWith('ppl_')) return loadPendingPlan(context, id)
  if (id.startsWith('app_')) return loadDeploymentApp(context, id)
  const prefix = prefixOf(id)
  const load = prefix ? loaders[prefix] : undefined
  if (load) return load(context, id)
  if (id.startsWith('cat_')) return loadCategory(context, id)
  const key = isSigningKeyId(id) ? await signingKeyById(context.database, id) : undefined
  if (key) return toSigningKey(key)
  // Templates of other services have IDs without a prefix.
  return prefix === null && !id.includes('\u0000') ? loadTemplate(context, id) : null
}

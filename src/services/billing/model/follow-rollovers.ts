import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { createGrant } from '#services/entitlements/credits/create-grant.js'
import { revokeGrant } from '#services/entitlements/credits/revoke-grant.js'
import { writeRollovers } from '#services/entitlements/credits/write-rollovers.js'
import { endOfCause, ROLLOVER } from '#services/entitlements/model/rollover.js'
import type { BillingContext } from './billing-context.js'
import { isReturned } from './decide-remaining.js'
import type { PurchaseEventType } from './decide-purchase.js'

/**
 * Applies returned or restored money of a subscription to the units that rolled over from the windows that it paid for: they are revoked while no
 * payment for the end of their window stands, and granted again when one does. The caller holds the account's lock.
 */
export async function followRollovers(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
  event: PurchaseEventType,
): Promise<boolean> {
  const catalog = context.catalog.current()
  const { accountId } = purchase
  if (!catalog.hasRollover || !purchase.subscriptionId || event === 'purchase.pending' || event === 'purchase.paid')
    return false
  const now = context.clock.now()
  await writeRollovers(transaction, { catalog, accountId, at: now })
  const grants = await grantsOf(transaction, purchase, now)
  if (grants.length === 0) return false
  const payments = await paymentsOf(transaction, catalog, purchase)
  let isChanged = false
  for (const same of Map.groupBy(
    grants,
    ({ feature, causeId }) => `${feature} ${endOfCause(causeId).getTime()}`,
  ).values())
    if (
      await followOne(context, transaction, { purchase, same, isPaid: isPaid(payments, endOfCause(same[0]!.causeId)) })
    )
      isChanged = true
  return isChanged
}

/** Grants of units that rolled over from windows in whose last moment the subscription of a purchase granted its plan, in order of granting. */
async function grantsOf(
  { query }: Transaction,
  { accountId, provider, subscriptionId }: PurchaseRow,
  now: Date,
): Promise<CreditGrantRow[]> {
  const plans = await query
    .selectFrom('plan_assignment as p')
    .innerJoin('billing_subscription as s', (join) =>
      join.onRef('s.id', '=', 'p.sourceId').onRef('s.accountId', '=', 'p.accountId'),
    )
    .select(['p.since', 'p.endedAt'])
    .where('p.accountId', '=', accountId)
    .where('p.sourceType', '=', 'subscription')
    .where('s.provider', '=', provider)
    .where('s.externalId', '=', subscriptionId)
    .execute()
  const grants = await query
    .selectFrom('credit_grant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('causeType', '=', ROLLOVER)
    .where('expiresAt', '>', now)
    .orderBy('grantedAt')
    .orderBy('id')
    .execute()
  return grants.filter(({ causeId }) => {
    const end = endOfCause(causeId)
    return plans.some(({ since, endedAt }) => since < end && (endedAt === null || endedAt >= end))
  })
}

/** True if the return of a payment revoked a grant: the ledger names it. */
async function isRevokedByReturn(
  { query }: Transaction,
  { accountId, feature, revokedAt }: CreditGrantRow,
): Promise<boolean> {
  const entry = await query
    .selectFrom('ledger_entry')
    .select('version')
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('at', '=', revokedAt)
    .where('reference', 'like', 'pur\\_%')
    .limit(1)
    .executeTakeFirst()
  return entry !== undefined
}

/** All payments for the plan of a subscription. */
async function paymentsOf(
  transaction: Transaction,
  { productById }: CatalogSnapshot,
  { accountId, provider, subscriptionId }: PurchaseRow,
): Promise<PurchaseRow[]> {
  const rows = await transaction.query
    .selectFrom('purchase')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('subscriptionId', '=', subscriptionId)
    .where('status', '<>', 'PENDING')
    .where('overage', '=', false)
    .execute()
  return rows.filter(({ productId }) => productById.get(productId)?.type === 'PLAN')
}

/** Pure: true if a payment stands for the period in which a window ended. A period without any payment was not paid here. */
function isPaid(payments: readonly PurchaseRow[], end: Date): boolean {
  const ends = payments.flatMap(({ expiresAt }) => (expiresAt && expiresAt >= end ? [expiresAt.getTime()] : []))
  const first = Math.min(...ends)
  const ofPeriod = payments.filter(({ expiresAt }) => expiresAt?.getTime() === first)
  return ofPeriod.length === 0 || ofPeriod.some((one) => one.status !== 'DISPUTED' && !isReturned(one))
}

async function followOne(
  context: BillingContext,
  transaction: Transaction,
  {
    purchase,
    same,
    isPaid,
  }: { readonly purchase: PurchaseRow; readonly same: readonly CreditGrantRow[]; readonly isPaid: boolean },
): Promise<boolean> {
  const { accountId, id: purchaseId } = purchase
  const scope = { catalog: context.catalog.current(), accountId, at: context.clock.now() }
  const last = same.at(-1)!
  const { feature, amount, expiresAt, sourceCode } = last
  if (isPaid === (last.revokedAt === null)) return false
  if (isPaid) {
    // A revocation by an operator stays.
    if (!(await isRevokedByReturn(transaction, last))) return false
    const cause = { type: ROLLOVER, id: `${same[0]!.causeId}/${same.length}` }
    const source = { kind: 'ROLLOVER', code: sourceCode } as const
    const { grantId } = await createGrant(transaction, { ...scope, feature, amount, expiresAt, cause, source })
    await writeOutbox(transaction, {
      type: 'credits.granted',
      accountId,
      payload: { grantId, purchaseId, feature, amount, expiresAt },
      at: scope.at,
      requestId: context.requestId,
    })
    return true
  }
  const { takenBack, debt } = await revokeGrant(transaction, {
    ...scope,
    grant: { id: last.id },
    reference: purchaseId,
  })
  await writeOutbox(transaction, {
    type: 'credits.revoked',
    accountId,
    payload: { purchaseId, grantId: last.id, feature, takenBack, debt },
    at: scope.at,
    requestId: context.requestId,
  })
  return true
}

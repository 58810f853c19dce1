import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
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
import { rolledGrants, type RolledGrant } from './follow-rollovers.sql.js'

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
  const { accountId, provider, subscriptionId } = purchase
  if (!catalog.hasRollover || !subscriptionId || event === 'purchase.pending' || event === 'purchase.paid') return false
  const now = context.clock.now()
  await writeRollovers(transaction, { catalog, accountId, at: now })
  const grants = await transaction.rows(rolledGrants, { accountId, provider, externalId: subscriptionId, now })
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
  }: { readonly purchase: PurchaseRow; readonly same: readonly RolledGrant[]; readonly isPaid: boolean },
): Promise<boolean> {
  const { accountId, id: purchaseId } = purchase
  const scope = { catalog: context.catalog.current(), accountId, at: context.clock.now() }
  const last = same.at(-1)!
  const { feature, amount, expiresAt, sourceCode } = last
  if (isPaid === (last.revokedAt === null)) return false
  if (isPaid) {
    // What an operator revoked stays revoked.
    if (last.returnedBy === null) return false
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

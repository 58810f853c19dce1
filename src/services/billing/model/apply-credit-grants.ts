import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogPackage } from '#services/catalog/snapshot/catalog-snapshot.js'
import { createGrant } from '#services/entitlements/credits/create-grant.js'
import { grantsOfPurchase } from '#services/entitlements/credits/grant-queries.js'
import { revokeGrant } from '#services/entitlements/credits/revoke-grant.js'
import type { BillingContext } from './billing-context.js'
import { reversedShare } from './decide-purchase.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'

/** One feature of a credit pack, as a purchase of it gives it. */
interface Given {
  readonly sold: CatalogPackage
  readonly feature: string
  /** Full amount, before revocations. */
  readonly amount: number
  readonly flags: readonly string[]
}

/**
 * Applies the state of a purchase to the credits of its pack. A partial refund revokes the whole grant, whose used
 * units become debt, and grants a smaller one, which repays the debt first. A restored payment works in the same way.
 */
export async function applyCreditGrants(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  const sold = context.catalog.current().packageByVersionId.get(purchase.packageVersionId ?? '')
  if (sold?.type !== 'CREDIT_PACK') return 'unchanged'
  let followed: FulfillmentResult = 'unchanged'
  for (const given of grantedAmounts(sold, purchase.quantity))
    if (await followGrant(context, transaction, purchase, given)) followed = 'changed'
  return followed
}

/** Amounts of a pack times its quantity. Boolean features last while the pack has a balance. */
function grantedAmounts(sold: CatalogPackage, quantity: number): Given[] {
  const flags = sold.grants.flatMap(({ feature, enabled }) =>
    feature.kind === 'BOOLEAN' && enabled ? [feature.code] : [],
  )
  return sold.grants.flatMap(({ feature, amount }) =>
    amount ? [{ sold, feature: feature.code, amount: amount * quantity, flags }] : [],
  )
}

async function followGrant(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
  given: Given,
): Promise<boolean> {
  const scope = { catalog: context.catalog.current(), accountId: purchase.accountId, at: context.clock.now() }
  const known = await grantsOfPurchase(transaction, purchase, given.feature)
  const live = known.filter(({ revokedAt }) => revokedAt === null)
  const held = live.reduce((total, { amount }) => total + amount, 0)
  const wanted = given.amount - reversedShare(given.amount, purchase)
  if (held === wanted) return false
  for (const { id } of live) {
    const { takenBack, debt } = await revokeGrant(transaction, { ...scope, grant: { id }, reference: purchase.id })
    await writeOutbox(transaction, {
      type: 'credits.revoked',
      accountId: purchase.accountId,
      payload: { purchaseId: purchase.id, grantId: id, feature: given.feature, takenBack, debt },
      at: scope.at,
      requestId: context.requestId,
    })
  }
  const isOver = purchase.expiresAt !== null && purchase.expiresAt <= scope.at
  if (wanted === 0 || isOver) return true
  const { feature, flags, sold } = given
  await createGrant(transaction, {
    ...scope,
    feature,
    amount: wanted,
    expiresAt: purchase.expiresAt,
    // One payment grants once: its first grant is known by the purchase alone.
    cause: { type: 'purchase', id: known.length === 0 ? purchase.id : `${purchase.id}:${known.length}` },
    source: { kind: 'PACKAGE', code: sold.code },
    flags,
  })
  await writeOutbox(transaction, {
    type: 'credits.granted',
    accountId: purchase.accountId,
    payload: { purchaseId: purchase.id, package: sold.code, feature, amount: wanted, expiresAt: purchase.expiresAt },
    at: scope.at,
    requestId: context.requestId,
  })
  return true
}

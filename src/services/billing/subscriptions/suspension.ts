import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldVersions } from '#services/entitlements/packages/assign-package.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { paidTerms, type PeriodPayment } from '../model/decide-remaining.js'
import { addonPayments, payments } from '../model/period-payments.js'
import { runningPayments } from '../model/unpaid-steps.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** Entitlements of a subscription that are suspended, because the payment for them is disputed. */
export interface Suspension {
  /** Start of the suspension of the plan and everything with it. Null if it is not suspended. */
  readonly since: Date | null
  /** Codes of add-ons whose own payment is disputed. */
  readonly addons: ReadonlySet<string>
}

const NONE: Suspension = { since: null, addons: new Set() }

/**
 * Reads the suspension of a subscription: nothing that stands pays for the running period, and a payment is disputed. A change within the
 * period whose payment is disputed stays until the bank decides. The caller holds the account's lock.
 */
export async function suspensionOf(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, provider, fetched, items }: SubscriptionUpdate,
  now: Date,
): Promise<Suspension> {
  const about = { accountId, provider, subscriptionId: fetched.externalId }
  const disputes = await transaction.query
    .selectFrom('dispute as d')
    .innerJoin('purchase as p', (join) =>
      join.onRef('p.id', '=', 'd.purchaseId').onRef('p.accountId', '=', 'd.accountId'),
    )
    .select(['d.openedAt', 'p.productId'])
    .where('p.accountId', '=', accountId)
    .where('p.provider', '=', provider)
    .where('p.subscriptionId', '=', fetched.externalId)
    .where('d.status', '=', 'OPEN')
    .orderBy('d.openedAt')
    .execute()
  if (disputes.length === 0) return NONE
  const running = await runningPayments(transaction, about, now)
  const ofPlan = disputes.find(({ productId }) => catalog.productById.get(productId)?.type !== 'PACKAGE')
  const disputed = new Set(running.filter(({ status }) => status === 'DISPUTED').map(({ id }) => id))
  const whole = withoutDisputed(payments(catalog, running, about), disputed)
  const isPaid = whole.every(({ id, invoiceId }) => id === invoiceId)
    ? !fetched.latestInvoice?.unpaid
    : paidTerms(whole) !== null
  const addons = items.flatMap(({ packageId, priceId }): string[] => {
    const productId = catalog.priceById.get(priceId)?.productId
    const sold = catalog.packageById.get(packageId ?? '')
    if (!sold || !productId) return []
    const own = withoutDisputed(addonPayments(catalog, running, { ...about, productId }), disputed)
    const isDisputed = own.some(({ id }) => disputed.has(id))
    return isDisputed && own.every(({ standing, open }) => !standing || open) ? [sold.code] : []
  })
  return { since: ofPlan && !isPaid ? ofPlan.openedAt : null, addons: new Set(addons) }
}

const withoutDisputed = (chain: readonly PeriodPayment[], disputed: ReadonlySet<string>): PeriodPayment[] =>
  chain.map((payment) => ({ ...payment, standing: payment.standing && !disputed.has(payment.id) }))

/** True if the assigned add-ons differ from the lines without the suspended ones. */
export async function areAddonsOutdated(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, items }: SubscriptionUpdate,
  { subscriptionId, suspended }: { readonly subscriptionId: string; readonly suspended: ReadonlySet<string> },
): Promise<boolean> {
  const lines = items.flatMap(({ packageId }) => catalog.packageById.get(packageId ?? '')?.code ?? [])
  if (lines.length === 0) return false
  const held = await heldVersions(transaction, { accountId, sourceType: 'subscription', sourceId: subscriptionId })
  return lines.some((code) => held.has(code) === suspended.has(code))
}

import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { assignPackage, endPackage, heldVersions } from '#services/entitlements/packages/assign-package.js'
import { assignPlan, endOfDay, endPlan } from '#services/entitlements/plans/assign-plan.js'
import type { SyncedRows } from '../book/our-subscription.js'
import type { BillingContext } from '../model/billing-context.js'
import type { Projection, SubscriptionDecision } from './decide-subscription.js'
import type { Terms } from './decide-terms.js'
import type { MappedItem } from './map-items.js'
import type { Raises } from './read-raises.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

export interface EntitlementsUpdate {
  readonly id: string
  readonly update: SubscriptionUpdate
  readonly terms: Terms
  readonly next: Projection
  /** True if its pause has ended with a new period. */
  readonly isResumed: boolean
  readonly entitlements: SubscriptionDecision['entitlements']
  /** Codes of add-ons whose payment is disputed: they are not held. */
  readonly suspendedAddons: ReadonlySet<string>
  /** Units that changes within the paid period add. */
  readonly raises: Raises
}

const sourceOf = ({ id, accountId }: Pick<BillingSubscriptionRow, 'id' | 'accountId'>) =>
  ({ accountId, sourceType: 'subscription', sourceId: id }) as const

/** Assigns, prolongs or ends the entitlements of a subscription: its plan and its add-ons. */
export async function applyEntitlements(
  context: BillingContext,
  transaction: Transaction,
  { id, update, terms, next, isResumed, entitlements, suspendedAddons, raises }: EntitlementsUpdate,
): Promise<void> {
  const now = context.clock.now()
  const catalog = context.catalog.current()
  const { accountId } = update
  const plan = update.items.find(({ planId }) => planId !== null)
  if (entitlements === 'end') await endEntitlements(transaction, { id, accountId }, now)
  if (entitlements !== 'grant') return
  await assignPlan(
    transaction,
    catalog,
    {
      ...sourceOf({ id, accountId }),
      groupCode: terms.plan.group,
      planVersionId: terms.plan.versionId,
      quantity: terms.quantity,
      currency: catalog.priceById.get(plan?.priceId ?? '')?.currency,
      since: update.fetched.startedAt,
      trialEnd: next.trialEnd,
      periodStart: next.currentPeriodStart,
      periodEnd: next.currentPeriodEnd,
      wasUnpaid: isResumed,
      beginsPeriod: raises.beginsPeriod,
      raise: raises.plan,
    },
    now,
  )
  await assignAddons(transaction, catalog, { id, update, now, suspendedAddons, raises })
}

/** Pure: the plan and the add-ons that a subscription gives now. */
export const openAssignments = (rows: SyncedRows): SyncedRows =>
  new Map([...rows].filter(([key, { endedAt }]) => /^(?:plan|package)_assignment /.test(key) && endedAt === null))

/** Takes all that a subscription had given, at a moment of business time. */
export async function endEntitlements(
  transaction: Transaction,
  subscription: Pick<BillingSubscriptionRow, 'id' | 'accountId'>,
  at: Date,
): Promise<void> {
  await endPlan(transaction, sourceOf(subscription), at)
  await endPackage(transaction, sourceOf(subscription), at)
}

/** The add-ons on the lines are held, all others of this subscription end. Who holds one keeps its version. */
async function assignAddons(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  {
    id,
    update,
    now,
    suspendedAddons,
    raises,
  }: { id: string; update: SubscriptionUpdate; now: Date } & Pick<EntitlementsUpdate, 'suspendedAddons' | 'raises'>,
): Promise<void> {
  const source = sourceOf({ id, accountId: update.accountId })
  const held = await heldVersions(transaction, source)
  const lines = Map.groupBy(
    update.items.filter((item) => item.packageId !== null),
    (item) => catalog.packageById.get(item.packageId!)!.code,
  )
  for (const code of suspendedAddons) lines.delete(code)
  for (const code of held.keys())
    if (!lines.has(code)) await endPackage(transaction, { ...source, packageCode: code }, now)
  for (const [code, items] of lines) {
    const versionId = held.get(code) ?? catalog.packageByCode.get(code)!.versionId
    const raise = raises.addonOf(items)
    const sold = catalog.packageByVersionId.get(versionId)
    await assignPackage(
      transaction,
      {
        ...source,
        packageCode: code,
        packageVersionId: versionId,
        quantity: items.reduce((sum, item) => sum + item.quantity, 0),
        since: now,
        endsAt: endsAt(items),
        raise: raise && sold ? { ...raise, sold } : null,
      },
      now,
    )
  }
}

/** Like the plan, an add-on that is not renewed expires at the end of its last day. */
function endsAt(items: readonly MappedItem[]): Date | null {
  const ends = items.flatMap((item) => item.currentPeriodEnd?.getTime() ?? [])
  return ends.length ? endOfDay(new Date(Math.max(...ends))) : null
}

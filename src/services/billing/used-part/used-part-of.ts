import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import type { AccountSnapshot, Assignment, HeldPackage } from '#services/entitlements/model/account-snapshot.js'
import { allowanceInPeriod, allowanceUse } from '#services/entitlements/usage/allowance-use.js'
import type { BillingContext } from '../model/billing-context.js'
import { periodAmounts } from '../model/period-amounts.js'
import { catalogLines, type CatalogLine } from '../model/invoice-subject.js'
import type { PaymentPort } from '../providers/port.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import { decideUsedPart, type UnpaidLine, type UsedLine } from './decide-used-part.js'

export type EndedSubscription = Pick<BillingSubscriptionRow, 'id' | 'accountId' | 'provider' | 'accessEndedAt'>

/** Reads the used parts of all periods of a subscription that are not paid. Empty at a provider without invoices. */
export async function usedPartsOf(
  context: BillingContext,
  port: PaymentPort,
  subscription: EndedSubscription & Pick<BillingSubscriptionRow, 'externalId'>,
): Promise<readonly UsedLine[]> {
  if (!port.invoicing) return []
  const lines: UsedLine[] = []
  for (const id of await port.openInvoicesOf(subscription.externalId)) {
    const invoice = await port.fetchInvoice(id)
    if (invoice) lines.push(...(await usedPartOf(context, subscription, invoice)))
  }
  return lines
}

/** Reads the used part of the period that an unpaid invoice bills. Empty if it bills no period, or nothing was used in it. */
export async function usedPartOf(
  { database, catalog: source, clock }: Pick<BillingContext, 'database' | 'catalog' | 'clock'>,
  subscription: EndedSubscription,
  invoice: FetchedInvoice,
): Promise<readonly UsedLine[]> {
  const catalog = source.current()
  const now = clock.now()
  const ofCatalog = await catalogLines(database, subscription.provider, invoice)
  const billed = ofCatalog.filter(
    ({ proration, amountMinor, periodStart, periodEnd }) => !proration && amountMinor > 0 && periodStart && periodEnd,
  )
  const held = billed.length > 0 ? await loadHeld(database, catalog, subscription, now) : null
  if (!held) return []
  const until = subscription.accessEndedAt ?? now
  const lines: UnpaidLine[] = []
  for (const line of billed) {
    const unpaid = await unpaidLine(database, catalog, held, { line, until })
    if (unpaid) lines.push(unpaid)
  }
  return decideUsedPart({
    currency: invoice.total.currency,
    ...periodAmounts({
      totalMinor: invoice.total.amountMinor,
      taxMinor: invoice.taxMinor - invoice.includedTaxMinor,
      lines: invoice.lines,
      catalogLines: ofCatalog,
    }),
    lines,
  })
}

interface HeldBySubscription {
  /** The account with the entitlements of the subscription only. */
  readonly snapshot: AccountSnapshot
  readonly plan: CatalogPlan
  readonly since: Date
}

/** Reads the last entitlements of a subscription, also after its end. Null if it never granted any. */
async function loadHeld(
  sql: Sql,
  catalog: CatalogSnapshot,
  { id, accountId }: EndedSubscription,
  now: Date,
): Promise<HeldBySubscription | null> {
  const given = await sql.query
    .selectFrom('plan_assignment')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('sourceType', '=', 'subscription')
    .where('sourceId', '=', id)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const plan = catalog.planByVersionId.get(given?.planVersionId ?? '')
  const snapshot = given && plan ? await loadSnapshot(sql, catalog, accountId, now) : null
  if (!given || !plan || !snapshot) return null
  const packages = await sql.query
    .selectFrom('package_assignment')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('sourceType', '=', 'subscription')
    .where('sourceId', '=', id)
    .execute()
  const assignment: Assignment = { ...given, billingAnchor: given.billingAnchor ?? given.since, expiresAt: null }
  return {
    plan,
    since: given.since,
    snapshot: {
      ...snapshot,
      assignments: [assignment],
      held: [{ plan, assignment }],
      overrides: [],
      packages: packages.flatMap((row): HeldPackage[] => {
        const sold = catalog.packageByVersionId.get(row.packageVersionId)
        return sold ? [{ ...row, package: sold, endsAt: null }] : []
      }),
    },
  }
}

async function unpaidLine(
  sql: Sql,
  catalog: CatalogSnapshot,
  { snapshot, plan, since }: HeldBySubscription,
  { line, until }: { readonly line: CatalogLine; readonly until: Date },
): Promise<UnpaidLine | null> {
  const period = { start: new Date(line.periodStart!), end: new Date(line.periodEnd!) }
  const addon = catalog.packages.find(({ productId }) => productId === line.productId)
  // A higher plan that was scheduled is billed before it is held.
  const isHeld = addon !== undefined || plan.productId === line.productId
  const billed = isHeld ? plan : (catalog.plans.find(({ productId }) => productId === line.productId) ?? plan)
  const asBilled = { ...snapshot, held: snapshot.held.map((one) => ({ ...one, plan: billed })) }
  const grants = addon ? addon.grants : billed.features
  const granted = grants.flatMap(({ feature: { code, name }, enabled, unlimited, amount }) => {
    const inPeriod = enabled && !unlimited && amount ? allowanceInPeriod(catalog, asBilled, code, period) : null
    return inPeriod === null ? [] : [{ feature: code, name, granted: inPeriod.whole }]
  })
  const used = await allowanceUse(sql, {
    accountId: snapshot.accountId,
    features: granted.map(({ feature }) => feature),
    since: since > period.start ? since : period.start,
    until: until < period.end ? until : period.end,
  })
  return {
    name: (addon ?? billed).name,
    plan: billed.code,
    amountMinor: line.amountMinor,
    periodStart: period.start,
    periodEnd: period.end,
    allowances: granted.map((one) => ({ ...one, used: used.get(one.feature) ?? 0 })),
  }
}

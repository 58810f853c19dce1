import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { AmendmentInvoiceEffect } from '#entities/entitlements/usage-amendment.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import type { AccountSnapshot, OverageUsage } from '#services/entitlements/model/account-snapshot.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import {
  cannotAmend,
  countedParts,
  decideAmendment,
  type Amended,
  type CountedPart,
} from '#services/entitlements/usage/decide-amendment.js'
import { byDeductionOrder } from '#services/entitlements/model/deduction-order.js'
import { releaseExpired } from '#services/entitlements/usage/release-expired.js'
import { entriesAt, operationPosition, type OperationPosition } from '#services/entitlements/usage/replay-result.js'
import { overageKey } from '#services/entitlements/model/overage.js'
import { unknownFeature } from '#services/entitlements/model/usage-denials.js'
import { mayOperate, requireAccount, requireOperator, requireSignedIn } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import { overageWatermark } from '../model/overage-watermarks.js'
import { usageReporting } from '../overage/usage-reports.sql.js'
import { amendmentsOf } from './usage-amendments.js'

/** Days after which a consumption cannot be amended. */
const AMENDABLE_DAYS = 35
/** Amendments of one consumption. The last one voids it. */
const MAX_AMENDMENTS = 100
const DAY_MS = 86_400_000

/** A consumption that the caller may amend. */
export interface AmendableConsumption {
  readonly place: OperationPosition
  readonly entries: readonly [LedgerEntryRow, ...LedgerEntryRow[]]
}

/** An amendment that is decided and not written. */
export interface PlannedAmendment extends Amended {
  readonly draft: AccountDraft
  readonly feature: FeatureDefinition
  /** Units that are returned. */
  readonly amount: number
  /** Units of the consumption that still count afterwards. */
  readonly remaining: number
  readonly invoiceEffect: AmendmentInvoiceEffect
}

/** The consumption of an ID, for operators and for services that use entitlements of its account. */
export async function authorizeAmendment(
  context: BillingContext,
  consumptionId: string,
): Promise<AmendableConsumption> {
  requireSignedIn(context)
  const place = operationPosition(consumptionId, 'csm')
  if (!place) throw consumptionNotFound()
  try {
    await authorizeAccount(context, place.accountId)
  } catch (error) {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? consumptionNotFound() : error
  }
  const [first, ...rest] = await entriesAt(context.database, [place])
  if (first?.kind !== 'CONSUME' || first.key === null) throw consumptionNotFound()
  return { place, entries: [first, ...rest] }
}

async function authorizeAccount(context: BillingContext, accountId: string): Promise<void> {
  const isOperator = mayOperate(context, 'ops:write')
  if (isOperator) requireOperator(context, 'ops:write')
  await requireAccount(context, accountId, isOperator ? 'account:read' : 'entitlements:use')
}

const consumptionNotFound = (): AppError => new AppError('NOT_FOUND', 'Consumption not found.')

/**
 * Decides an amendment on the present snapshot of the account. Its lock is taken by a caller that writes it.
 * @param recordedAt time from which the days of amendments count. Default: the time of the usage
 */
export async function planAmendment(
  context: BillingContext,
  sql: Sql,
  { place, entries }: AmendableConsumption,
  {
    wanted,
    reference,
    recordedAt = entries[0].at,
  }: { readonly wanted: number; readonly reference: string; readonly recordedAt?: Date },
): Promise<PlannedAmendment | Denial> {
  const [first] = entries
  const catalog = context.catalog.current()
  const feature = catalog.features.get(first.feature)
  if (!feature) return unknownFeature(catalog, first.feature)
  const now = context.clock.now()
  if (now.getTime() - recordedAt.getTime() > AMENDABLE_DAYS * DAY_MS)
    return cannotAmend(`Usage can be amended for ${AMENDABLE_DAYS} days.`)
  const earlier = await amendmentsOf(sql, [place])
  const counted = earlier.at(-1)?.remaining ?? first.operationTotal!
  if (counted === 0) return cannotAmend('No units of the consumption count any more.')
  if (earlier.length >= MAX_AMENDMENTS - 1 && wanted > 0)
    return cannotAmend(`A consumption can be amended ${MAX_AMENDMENTS} times, the last time to 0.`)
  if (!Number.isSafeInteger(wanted) || wanted < 0 || wanted >= counted)
    return refused('INVALID_AMOUNT', `amount must be between 0 and ${counted - 1}, less than what counts now.`, {
      field: 'amount',
    })
  const parts = countedParts(entries, earlier.length > 0 ? await entriesAt(sql, earlier) : [])
  const snapshot = await loadSnapshot(sql, catalog, place.accountId, now)
  if (!snapshot) throw consumptionNotFound()
  const draft = new AccountDraft(catalog, await withGrants(sql, snapshot, parts))
  releaseExpired(draft)
  const amount = counted - wanted
  const { at, subAccountId, userId } = first
  const amended = decideAmendment(catalog, draft, { feature, at, parts, subAccountId, userId }, { amount, reference })
  if ('code' in amended) return amended
  const invoiceEffect = await effectOn(sql, feature, first, { ...amended, overage: draft.snapshot.overage ?? [] })
  return { ...amended, draft, feature, amount, remaining: wanted, invoiceEffect }
}

/** A grant that is used up or has expired is outside the snapshot; units return to it. */
async function withGrants(
  sql: Sql,
  snapshot: AccountSnapshot,
  parts: readonly CountedPart[],
): Promise<AccountSnapshot> {
  const known = new Set(snapshot.grants.map(({ id }) => id))
  const missing = [...new Set(parts.flatMap(({ grantId }) => (grantId && !known.has(grantId) ? [grantId] : [])))]
  if (missing.length === 0) return snapshot
  const rows = await sql.query
    .selectFrom('credit_grant')
    .selectAll()
    .where('accountId', '=', snapshot.accountId)
    .where('id', 'in', missing)
    .execute()
  const grants = rows.map((row) => ({ ...row, usagePeriodStart: row.usagePeriodStart ?? row.grantedAt }))
  return { ...snapshot, grants: [...snapshot.grants, ...grants].toSorted(byDeductionOrder) }
}

async function effectOn(
  sql: Sql,
  { code, meter, overageMeter }: FeatureDefinition,
  { accountId, version, at }: LedgerEntryRow,
  { charges, overage }: Pick<Amended, 'charges'> & { readonly overage: readonly OverageUsage[] },
): Promise<AmendmentInvoiceEffect> {
  const isReported = async (watermark: string) => {
    const reporting = await sql.row(usageReporting, { accountId, watermark, version, at })
    return reporting?.paid ? reporting.covered : null
  }
  const covered = [
    ...(charges.length === 0
      ? []
      : [
          overageMeter
            ? await isReported(overageWatermark(code))
            : charges.some((charge) => isInvoiced(code, charge, overage)),
        ]),
    ...(meter ? [await isReported(code)] : []),
  ].filter((isCovered) => isCovered !== null)
  if (covered.length === 0) return 'NONE'
  return covered.includes(true) ? 'NEXT_REPORT' : 'NOT_REPORTED'
}

/** Pure: true if an invoice of the server has units of the charge that do not count any more. */
function isInvoiced(feature: string, charge: OverageCharge, overage: readonly OverageUsage[]): boolean {
  const [windowStart, windowEnd] = [new Date(charge.windowStart), new Date(charge.windowEnd)]
  const key = overageKey({ feature, windowStart, windowEnd, tariff: charge.tariff })
  return overage.some((row) => overageKey(row) === key && row.invoiced > row.used)
}

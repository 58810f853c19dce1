import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import { chargesOf, workPriceOf } from '#services/entitlements/usage/entry-price.js'
import type { CreditBalance } from '#schema/entitlements/credit-balance.type.js'
import type { CreditGrant } from '#schema/entitlements/credit-grant.type.js'
import type { LedgerEntry } from '#schema/entitlements/ledger-entry.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CreditBalance as CreditBalanceValue, OpenGrant } from '#services/entitlements/credits/credit-balances.js'
import { sourceName } from '#services/entitlements/model/source-name.js'
import { creditBalanceId } from '#services/entitlements/snapshot/entitlement-id.js'
import { causeOf, ledgerEntryId } from '#services/entitlements/credits/ledger.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toOverageCharge } from './overage.mapper.js'
import { toUsagePrice } from './usage-price.mapper.js'

export const toCreditBalance = (
  feature: FeatureDefinition,
  { grants, nextExpiry, ...figures }: CreditBalanceValue,
): CreditBalance => ({
  __typename: 'CreditBalance',
  ...figures,
  id: creditBalanceId(figures.accountId, feature.code),
  feature: toFeature(feature),
  nextExpiresAt: nextExpiry,
  openGrants: grants,
})

/** A package that was bought leads to the package; everything else has nothing more to show. */
export const toCreditGrant = (catalog: CatalogSnapshot, grant: OpenGrant): CreditGrant => ({
  __typename: 'CreditGrant',
  id: grant.id,
  amount: grant.amount,
  remaining: grant.remaining,
  source: {
    __typename: 'EntitlementSource',
    kind: grant.sourceKind,
    ...sourceName({ kind: grant.sourceKind, code: grant.sourceCode }),
    amount: grant.amount,
    unlimited: false,
    expiresAt: grant.expiresAt,
    objectId: (grant.sourceKind === 'PACKAGE' && catalog.packageByCode.get(grant.sourceCode)?.id) || null,
  },
  grantedAt: grant.grantedAt,
  expiresAt: grant.expiresAt,
})

export const grantOfRow = (row: CreditGrantRow): OpenGrant => ({
  ...row,
  remaining: row.amount - row.used - row.reserved - row.expired - row.revoked,
})

export const toLedgerEntry = (entry: LedgerEntryRow): LedgerEntry => ({
  __typename: 'LedgerEntry',
  id: ledgerEntryId(entry),
  at: entry.at,
  kind: entry.kind,
  featureCode: entry.feature,
  amount: entry.amount,
  balanceAfter: entry.balanceAfter,
  ...useTextsOf(entry),
  causeId: causeOf(entry),
  price: toWorkPrice(entry.price),
  overageCharges: chargesOf(entry.price).map(toOverageCharge),
  subAccountId: entry.subAccountId,
  userId: entry.userId,
})

function toWorkPrice(price: LedgerEntryRow['price']): LedgerEntry['price'] {
  const ofWork = workPriceOf(price)
  return ofWork && toUsagePrice(ofWork)
}

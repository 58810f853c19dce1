import { CatalogReader } from './catalog-reader.js'
import { CatalogSource } from './catalog-source.js'
import { checkOffers } from './check-offers.js'
import { readBalanceAlerts, readPools, readSeats, readSpendCaps, readTopUps } from './read-balance-settings.js'
import { ascending, readFeatures } from './read-features.js'
import { readMarketplace } from './read-marketplace.js'
import { readPackages } from './read-packages.js'
import { parseDays } from './parse-quota-window.js'
import { readPausePolicy } from './read-pause-policy.js'
import { readPlans } from './read-plans.js'
import { readRateCards } from './read-rate-cards.js'
import type { CatalogDefinition, DomainDefinition, ReturnUrls } from './types.js'

/** The share of a limit at which a caller is warned, unless the catalog says otherwise. */
const NEAR_LIMIT_PERCENT = 80
/** Default share of a vendor. # assumed */
const VENDOR_SHARE_BASIS_POINTS = 8_000

/** Default grace period after a failed payment: by then the provider has usually tried three times. */
const GRACE_DAYS = 10

/**
 * Parses a catalog file: expands shorthands, converts money to minor units by its currency, and resolves references.
 * @param fileName prefix of reported problems @throws CatalogFileError with all problems, not only the first
 */
export function parseCatalog(text: string, fileName: string): CatalogDefinition {
  const source = new CatalogSource(text, fileName)
  const reader = new CatalogReader(source)

  const business = reader.setting('business')
  const currency = reader.setting('currency')
  const defaultGroup = reader.setting('group') ?? 'main'
  const settings = readSettings(reader)
  const features = readFeatures(reader)
  const featuresByCode = new Map(features.map((feature) => [feature.code, feature]))
  const rateCards = readRateCards(reader, featuresByCode)
  const spendCaps = readSpendCaps(reader, featuresByCode)
  const balanceAlerts = readBalanceAlerts(reader, featuresByCode)
  const seats = readSeats(reader, featuresByCode)
  const pools = readPools(reader, featuresByCode)
  const context = { reader, currency, defaultGroup, features: featuresByCode }
  const plans = readPlans(context)
  const packages = readPackages(context)
  const topUps = readTopUps(reader, packages)
  const pause = readPausePolicy(reader, plans)
  const marketplace = readMarketplace(reader, currency)
  checkOffers(reader, plans, packages)

  if (source.isBroken || business === undefined || currency === undefined) throw source.failure()
  return {
    business,
    currency,
    defaultGroup,
    ...settings,
    features,
    rateCards,
    spendCaps,
    balanceAlerts,
    seats,
    pools,
    topUps,
    pause,
    plans,
    packages,
    ...marketplace,
  }
}

const TAXES = { none: null, automatic: 'EXCLUSIVE', inclusive: 'INCLUSIVE' } as const

function readSettings(reader: CatalogReader) {
  const domains = Object.entries(reader.setting('domains') ?? {})
  const brand = reader.setting('brand')
  return {
    brand: brand ? { logo: null, accent: null, address: null, ...brand } : null,
    receiptMails: (reader.setting('receipt_mails') ?? ['stripe', 'paypal']).map(
      (provider) => provider.toUpperCase() as Uppercase<typeof provider>,
    ),
    domains: domains.map(([domain, mode]): DomainDefinition => ({ domain, mode })),
    returnUrls: readReturnUrls(reader),
    taxes: TAXES[reader.setting('taxes') ?? 'none'],
    upgradeUrl: reader.setting('upgrade_url') ?? null,
    trials: {
      cardRequired: reader.setting('trials')?.card !== 'optional',
      withoutCard: reader.setting('trials')?.without_card === 'pause' ? 'PAUSE' : 'CANCEL',
      oncePer: reader.setting('trials')?.once_per ?? null,
    },
    dunning: { graceDays: parseDays(reader.setting('dunning')?.grace ?? '') ?? GRACE_DAYS },
    unusedTime: reader.setting('billing')?.unused_time === 'none' ? 'NONE' : 'CREDIT',
    vendorShareBasisPoints: reader.setting('vendor_share_basis_points') ?? VENDOR_SHARE_BASIS_POINTS,
    nearLimitPercents: ascending(reader.setting('near_limit') ?? [NEAR_LIMIT_PERCENT]),
  } satisfies Partial<CatalogDefinition>
}

function readReturnUrls(reader: CatalogReader): ReturnUrls {
  const said = reader.setting('return_urls') ?? 'client'
  return typeof said === 'string' ? { kind: said } : { kind: 'fixed', ...said }
}

import type { ReadEntry } from './catalog-reader.js'
import type { Entry } from './file-schema.js'
import { validateGrants, validatePackage } from './validate-package.js'
import { parseDays } from './parse-quota-window.js'
import { readPlanFeatures } from './read-plan-features.js'
import type { OfferContext } from './read-plans.js'
import { readPrice, readPrices } from './read-prices.js'
import type { PackageDefinition, PackageType, PriceDefinition } from './types.js'

/** The packages of a catalog with their shorthands written out; what is wrong is noted. */
export function readPackages(context: OfferContext): PackageDefinition[] {
  return context.reader.entries('packages').flatMap((read) => readPackage(context, read))
}

function readPackage(context: OfferContext, { code, entry, said }: ReadEntry<'packages'>): PackageDefinition[] {
  const { reader, features } = context
  const path = ['packages', code]
  const prices = readPackagePrices(context, code, said)
  const givenBy = { reader, features, pricedPer: null, currency: undefined, isPackage: true }
  const grants = readPlanFeatures(givenBy, [...path, 'grants'], said.grants ?? {})
  if (!entry) return []
  for (const { path: field, message } of [...validatePackage(entry), ...validateGrants(context, entry, grants)]) {
    reader.source.report([...path, ...field], message)
  }
  const definition = {
    code,
    name: entry.name,
    description: entry.description ?? null,
    type: entry.type.toUpperCase() as PackageType,
    bullets: entry.bullets ?? [],
    prices,
    grants,
    validForDays: entry.valid_for === undefined ? null : parseDays(entry.valid_for),
    contactUrl: entry.contact_url ?? null,
  }
  return [definition]
}

/** `price` is once for a credit pack and monthly for an add-on; `prices` names its intervals. */
function readPackagePrices(
  { reader, currency }: OfferContext,
  code: string,
  { type, price, prices }: Partial<Entry<'packages'>>,
): PriceDefinition[] {
  const path = ['packages', code]
  const terms = { currency, trialDays: null, per: prices?.per ?? null }
  if (prices) return readPrices(reader.source, [...path, 'prices'], prices, terms)
  if (price === undefined) return []
  return readPrice(reader.source, [...path, 'price'], price, type === 'addon' ? 'MONTH' : 'ONE_TIME', terms)
}

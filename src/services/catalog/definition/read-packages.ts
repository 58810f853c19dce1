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

function readPackage(context: OfferContext, { code, said }: ReadEntry<'packages'>): PackageDefinition[] {
  const { reader, features } = context
  const path = ['packages', code]
  const prices = readPackagePrices(context, code, said)
  const givenBy = { reader, features, pricedPer: null, currency: undefined, soldIn: null, isPackage: true }
  const grants = readPlanFeatures(givenBy, [...path, 'grants'], said.grants ?? {})
  if (said.type === undefined) return []
  const isPriced = reader.source.has([...path, 'price']) || reader.source.has([...path, 'prices'])
  for (const { path: field, message } of [
    ...validatePackage(said, isPriced),
    ...validateGrants(context, said, grants),
  ]) {
    reader.source.report([...path, ...field], message)
  }
  const definition = {
    code,
    name: said.name ?? '',
    description: said.description ?? null,
    type: said.type.toUpperCase() as PackageType,
    bullets: said.bullets ?? [],
    prices,
    grants,
    validForDays: said.valid_for === undefined ? null : parseDays(said.valid_for),
    contactUrl: said.contact_url ?? null,
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

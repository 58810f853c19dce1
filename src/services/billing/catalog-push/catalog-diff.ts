import type { CatalogPrice, CatalogProduct, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'
import type { BillingContext } from '../model/billing-context.js'
import { requireProvider } from '../model/choose-provider.js'
import type { ProviderOffers, ProviderPrice } from '../providers/offer-port.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { ProviderName } from '../providers/provider-name.js'
import { describeStep, type DesiredOffers, type PushStep } from './decide-push.js'
import { compareOffers } from './push-catalog.js'

export type CatalogDifferenceKind =
  | 'MISSING_PRODUCT'
  | 'EXTRA_PRODUCT'
  | 'DIFFERENT_NAME'
  | 'PRODUCT_ARCHIVED'
  | 'PRODUCT_NOT_ARCHIVED'
  | 'MISSING_PRICE'
  | 'EXTRA_PRICE'
  | 'DIFFERENT_PRICE'
  | 'DIFFERENT_TAXES'
  | 'PRICE_ARCHIVED'
  | 'UNLINKED_PRICE'
  | 'MISSING_METER'

/** One difference between the catalog and a provider. */
export interface CatalogDifference {
  readonly kind: CatalogDifferenceKind
  /** Key of the provider's object, for example `try-direct:plan:plus`. */
  readonly key: string
  readonly product: CatalogProduct | null
  readonly name: string | null
  readonly providerName: string | null
  readonly price: CatalogPrice | null
  readonly providerMoney: Money | null
  /** ID at the provider. Null if it has none. */
  readonly providerReference: string | null
  readonly description: string
}

/** Differences between the loaded catalog and what a provider sells, as a push would remove them. Operators only. */
export async function catalogDiff(
  context: BillingContext,
  requested: ProviderName | null,
): Promise<readonly CatalogDifference[]> {
  const provider = requireProvider(context, requested)
  const port = context.providers[provider]
  if (!port)
    throw new AppError('BAD_USER_INPUT', `${provider} is not configured on this server.`, {
      details: { field: 'provider' },
    })
  const catalog = context.catalog.current()
  try {
    const { wanted, offers, steps } = await compareOffers(context, port, catalog)
    return differencesOf(catalog, wanted, offers, steps)
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    throw new AppError('UNAVAILABLE', `The payment provider rejected the request: ${error.message}`, { cause: error })
  }
}

/** Pure: the steps of a push as differences. A new price and an earlier one of the same interval and currency are one. */
export function differencesOf(
  catalog: CatalogSnapshot,
  wanted: DesiredOffers,
  offers: ProviderOffers,
  steps: readonly PushStep[],
): CatalogDifference[] {
  const productByKey = new Map(
    catalog.products.map((product) => [
      [catalog.business, product.type, product.code].join(':').toLowerCase(),
      product,
    ]),
  )
  const replaced = new Map(
    steps.flatMap((step) => (step.do === 'archive_price' ? [[offerOf(step.theirs), step.theirs] as const] : [])),
  )
  const added = new Set(steps.flatMap((step) => (step.do === 'create_price' ? [offerOfKey(step.price.lookupKey)] : [])))
  const known = new Set(wanted.products.map(({ key }) => key))
  const extra = offers.products.filter(
    ({ key, active }) => active && key?.startsWith(`${wanted.business}:`) && !known.has(key),
  )
  return [
    ...steps
      .filter((step) => step.do !== 'archive_price' || !added.has(offerOf(step.theirs)))
      .map((step) => toDifference(catalog, productByKey, replaced, offers, step)),
    ...extra.map((theirs): CatalogDifference => ({
      ...NOTHING,
      kind: 'EXTRA_PRODUCT',
      key: theirs.key!,
      providerName: theirs.name,
      providerReference: theirs.externalId,
      description: `product ${theirs.key} is in no catalog; a push does not change it`,
    })),
  ]
}

/** Product, interval and currency of a price: its key without the amount. */
const offerOfKey = (lookupKey: string): string => lookupKey.slice(0, lookupKey.lastIndexOf(':'))
const offerOf = ({ lookupKey }: ProviderPrice): string => offerOfKey(lookupKey ?? '')

const NOTHING: Omit<CatalogDifference, 'kind' | 'key' | 'description'> = {
  product: null,
  name: null,
  providerName: null,
  price: null,
  providerMoney: null,
  providerReference: null,
}

const KINDS = {
  create_product: 'MISSING_PRODUCT',
  rename_product: 'DIFFERENT_NAME',
  archive_product: 'PRODUCT_NOT_ARCHIVED',
  restore_product: 'PRODUCT_ARCHIVED',
  create_price: 'MISSING_PRICE',
  restore_price: 'PRICE_ARCHIVED',
  link_price: 'UNLINKED_PRICE',
  set_taxes: 'DIFFERENT_TAXES',
  archive_price: 'EXTRA_PRICE',
  create_meter: 'MISSING_METER',
} as const satisfies Record<PushStep['do'], CatalogDifferenceKind>

function toDifference(
  catalog: CatalogSnapshot,
  productByKey: ReadonlyMap<string, CatalogProduct>,
  replaced: ReadonlyMap<string, ProviderPrice>,
  offers: ProviderOffers,
  step: PushStep,
): CatalogDifference {
  const about = { ...NOTHING, kind: KINDS[step.do], description: describeStep(step) }
  if (step.do === 'create_meter') return { ...about, key: step.meter.eventName, name: step.meter.name }
  if ('product' in step && !('price' in step)) {
    const { key, name } = step.product
    const theirs = 'theirs' in step ? { providerName: step.theirs.name, providerReference: step.theirs.externalId } : {}
    return { ...about, key, name, product: productByKey.get(key) ?? null, ...theirs }
  }
  const price = 'price' in step ? (catalog.priceById.get(step.price.priceId) ?? null) : null
  const lookupKey = 'price' in step ? step.price.lookupKey : step.theirs.lookupKey!
  const theirs =
    'theirs' in step
      ? step.theirs
      : (offers.prices.find((one) => one.lookupKey === lookupKey) ?? replaced.get(offerOfKey(lookupKey)))
  const productKey = lookupKey.split(':').slice(0, 3).join(':')
  return {
    ...about,
    kind: step.do === 'create_price' && theirs ? 'DIFFERENT_PRICE' : about.kind,
    key: lookupKey,
    product: productByKey.get(productKey) ?? null,
    price,
    providerMoney: theirs ? { amountMinor: theirs.amountMinor, currency: theirs.currency } : null,
    providerReference: theirs?.externalId ?? null,
  }
}

import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { BillingContext } from '../billing-context.js'
import type { PaymentPort, ProviderName } from '../providers/port.js'
import { decidePush, describeStep, type PushStep, type DesiredPrice } from './decide-push.js'
import { loadWanted } from './load-wanted.js'

type PushContext = Pick<BillingContext, 'database' | 'log'>
type Sold = Pick<CatalogSnapshot, 'business' | 'features'>

/** Called before each step. */
export type PushProgress = (step: PushStep, done: number, total: number) => void

/** Steps that a push would run now. */
export async function planPush(context: PushContext, port: PaymentPort, catalog: Sold): Promise<PushStep[]> {
  return (await compareOffers(context, port, catalog)).steps
}

/**
 * Pushes the catalog to a provider. It can be interrupted anywhere: the next push continues from the existing objects,
 * which it finds by our keys, and a repeated push does nothing. Returns the steps that were run.
 */
export async function pushCatalog(
  context: PushContext,
  port: PaymentPort,
  catalog: Sold,
  progress: PushProgress = () => undefined,
): Promise<PushStep[]> {
  const { steps, offers } = await compareOffers(context, port, catalog)
  // The provider's products by our keys; those that a step creates are added to it.
  const products = new Map(offers.products.flatMap(({ key, externalId }) => (key ? [[key, externalId]] : [])))
  for (const [index, step] of steps.entries()) {
    progress(step, index, steps.length)
    await take(context, port, products, step)
    context.log.info({ provider: port.provider, step: describeStep(step) }, phraseOf(step, port.provider))
  }
  return steps
}

/** Offers of the catalog and of the provider, and the steps between them. */
export async function compareOffers(context: PushContext, port: PaymentPort, catalog: Sold) {
  const wanted = await loadWanted(context.database, port, {
    business: catalog.business,
    features: catalog.features.values(),
  })
  const offers = await port.listOffers({ business: catalog.business, meters: wanted.meters.length > 0 })
  return { wanted, offers, steps: decidePush(wanted, offers) }
}

const NAMES: Readonly<Record<ProviderName, string>> = { STRIPE: 'Stripe', PAYPAL: 'PayPal' }

function phraseOf(step: PushStep, provider: ProviderName): string {
  if (step.do === 'create_product') return `Created ${NAMES[provider]} product`
  return step.do === 'create_price' ? `Created ${NAMES[provider]} price` : 'Pushed catalog'
}

async function take(
  context: PushContext,
  port: PaymentPort,
  products: Map<string, string>,
  step: PushStep,
): Promise<void> {
  switch (step.do) {
    case 'create_product':
      products.set(step.product.key, await port.createProduct(step.product))
      return
    case 'rename_product':
      return port.changeProduct(step.theirs.externalId, { name: step.product.name })
    case 'archive_product':
    case 'restore_product':
      return port.changeProduct(step.theirs.externalId, { active: step.do === 'restore_product' })
    case 'create_price': {
      const { key, name: productName } = step.product
      const externalProductId = products.get(key)!
      const externalId = await port.createPrice({ ...step.price, externalProductId, productName })
      return link(context, port.provider, step.price, { externalId, externalProductId })
    }
    case 'restore_price':
      await port.setPriceActive(step.theirs.externalId, true)
      return link(context, port.provider, step.price, step.theirs)
    case 'link_price':
      return link(context, port.provider, step.price, step.theirs)
    case 'archive_price':
      return port.setPriceActive(step.theirs.externalId, false)
    case 'create_meter':
      await port.createMeter(step.meter)
  }
}

/** Records the provider's ID of a price. */
async function link(
  context: PushContext,
  provider: ProviderName,
  price: DesiredPrice,
  theirs: { readonly externalId: string; readonly externalProductId: string },
): Promise<void> {
  const { externalId, externalProductId } = theirs
  await context.database.query
    .insertInto('provider_price')
    .values({ provider, priceId: price.priceId, externalId, externalProductId })
    .onConflict((conflict) => conflict.columns(['provider', 'priceId']).doUpdateSet({ externalId, externalProductId }))
    .execute()
}

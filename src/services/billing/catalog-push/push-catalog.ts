import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { forEachConcurrently } from '#services/kernel/event-loop/for-each-concurrently.js'
import type { BillingContext } from '../model/billing-context.js'
import type { ProviderPrice } from '../providers/offer-port.js'
import { PROVIDER_NAMES, type ProviderName } from '../providers/provider-name.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import { decidePush, describeStep, type DesiredOffers, type DesiredPrice, type PushStep } from './decide-push.js'
import { loadWanted } from './load-wanted.js'

type PushContext = Pick<BillingContext, 'database' | 'log'>
type Sold = Pick<CatalogSnapshot, 'business' | 'features' | 'taxes'>

/** Called before each step. */
export type PushProgress = (step: PushStep, done: number, total: number) => void

/** Steps that a push would run now. */
export async function planPush(context: PushContext, port: PaymentPort, catalog: Sold): Promise<PushStep[]> {
  return (await compareOffers(context, port, catalog)).steps
}

/**
 * Providers accept more: Stripe's test mode allows 25 calls per second, and a call takes a third of a second. Calls about
 * one product are made one after the other, because a provider locks the product.
 */
const CONCURRENT_PRODUCTS = 8

/**
 * Pushes the catalog to a provider. It can be interrupted anywhere: the next push continues from the existing objects,
 * which it finds by our keys, and a repeated push does nothing. A price that the provider rejects, for example in a currency that it does not take,
 * keeps no other one from being sold: it is the error at the end. Returns the steps that were run.
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
  const push: Push = { context, port, products, created: new Map() }
  let begun = 0
  const rejections: ProviderRejected[] = []
  for (const parts of phases(steps)) {
    // Earlier prices stay until all new ones exist.
    if (rejections[0]) throw rejections[0]
    await forEachConcurrently(parts, CONCURRENT_PRODUCTS, async (part) => {
      const links: PriceLink[] = []
      try {
        for (const step of part) {
          progress(step, begun++, steps.length)
          const link = await take(push, step).catch((error: unknown) => {
            if (!(error instanceof ProviderRejected && step.do === 'create_price')) throw error
            rejections.push(error)
            context.log.error(
              { provider: port.provider, step: describeStep(step), reason: error.message },
              'price rejected',
            )
            return null
          })
          if (link) links.push(link)
          context.log.info({ provider: port.provider, step: describeStep(step) }, phraseOf(step, port.provider))
        }
      } finally {
        await recordLinks(context, port.provider, links)
      }
    })
  }
  if (rejections[0]) throw rejections[0]
  return steps
}

/** Steps that may run at the same time, by product; then, when every new price exists, those that archive earlier prices. */
function phases(steps: readonly PushStep[]): PushStep[][][] {
  const additions = steps.filter((step) => step.do !== 'archive_price')
  const archived = steps.filter((step) => step.do === 'archive_price')
  return [[...Map.groupBy(additions, subjectOf).values()], archived.map((step) => [step])]
}

/** Key of the product of a step; of a meter, its name. */
function subjectOf(step: PushStep): string {
  if (step.do === 'create_meter') return step.meter.eventName
  if ('product' in step) return step.product.key
  const lookupKey = 'price' in step ? step.price.lookupKey : step.theirs.lookupKey!
  return lookupKey.split(':').slice(0, 3).join(':')
}

/** Offers of the catalog and of the provider, and the steps between them. */
export async function compareOffers(context: PushContext, port: PaymentPort, catalog: Sold) {
  const wanted = await loadWanted(context.database, port, {
    business: catalog.business,
    features: catalog.features.values(),
    taxes: catalog.taxes,
  })
  return { wanted, ...(await compareWanted(port, wanted)) }
}

/** Offers of the provider, and the steps to those that are wanted. */
export async function compareWanted(port: PaymentPort, wanted: DesiredOffers) {
  const offers = await port.listOffers({ business: wanted.business, meters: wanted.meters.length > 0 })
  return { offers, steps: decidePush(wanted, offers) }
}

function phraseOf(step: PushStep, provider: ProviderName): string {
  if (step.do === 'create_product') return `Created ${PROVIDER_NAMES[provider]} product`
  return step.do === 'create_price' ? `Created ${PROVIDER_NAMES[provider]} price` : 'Pushed catalog'
}

interface Push {
  readonly context: PushContext
  readonly port: PaymentPort
  readonly products: Map<string, string>
  /** Objects that this push creates, by the keys of the provider's objects: several products can share one. */
  readonly created: Map<string, Promise<string>>
}

/** The provider's price of one of our prices. */
interface PriceLink {
  readonly priceId: string
  readonly externalId: string
  readonly externalProductId: string
}

/** Runs a step. Returns the link to record. Null if there is none. */
async function take({ port, products, created }: Push, step: PushStep): Promise<PriceLink | null> {
  switch (step.do) {
    case 'create_product': {
      const { key } = step.product
      const object = port.objectOf?.(key) ?? key
      const creation = created.get(object) ?? port.createProduct(step.product)
      created.set(object, creation)
      products.set(key, await creation)
      return null
    }
    case 'rename_product':
      await port.changeProduct(step.theirs.externalId, { name: step.product.name })
      return null
    case 'archive_product':
    case 'restore_product':
      await port.changeProduct(step.theirs.externalId, { active: step.do === 'restore_product' })
      return null
    case 'create_price': {
      const { key, name: productName } = step.product
      const externalProductId = products.get(key)!
      const externalId = await port.createPrice({ ...step.price, externalProductId, productName })
      return { priceId: step.price.priceId, externalId, externalProductId }
    }
    case 'restore_price':
      await port.setPriceActive(step.theirs.externalId, true)
      return linkOf(step)
    case 'link_price':
      return linkOf(step)
    case 'set_taxes':
      requireOpenTaxes(step)
      await port.setPriceTaxes!(step.theirs.externalId, step.price.taxes!)
      return null
    case 'archive_price':
      await port.setPriceActive(step.theirs.externalId, false)
      return null
    case 'create_meter':
      await port.createMeter(step.meter)
      return null
  }
}

/** The provider says once of a price whether it contains its taxes, and the price of subscribers cannot be replaced. */
export function requireOpenTaxes({ price, theirs }: Extract<PushStep, { do: 'set_taxes' }>): void {
  if (!theirs.taxes) return
  const [has, setting] =
    theirs.taxes === 'INCLUSIVE' ? ['contains its taxes', 'inclusive'] : ['has its taxes added', 'automatic']
  throw new AppError(
    'CONFLICT',
    `The price ${price.lookupKey} ${has} at the payment provider, which does not allow a change. Give it another amount, or keep \`taxes: ${setting}\`.`,
  )
}

const linkOf = ({ price, theirs }: { readonly price: DesiredPrice; readonly theirs: ProviderPrice }): PriceLink => ({
  priceId: price.priceId,
  externalId: theirs.externalId,
  externalProductId: theirs.externalProductId,
})

/** Records the provider's IDs of prices. */
async function recordLinks(context: PushContext, provider: ProviderName, links: readonly PriceLink[]): Promise<void> {
  if (links.length === 0) return
  await context.database.query
    .insertInto('provider_price')
    .values(links.map((link) => ({ provider, ...link })))
    .onConflict((conflict) =>
      conflict.columns(['provider', 'priceId']).doUpdateSet((eb) => ({
        externalId: eb.ref('excluded.externalId'),
        externalProductId: eb.ref('excluded.externalProductId'),
      })),
    )
    .execute()
}

import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { isCurrency } from '#services/kernel/money/currency.js'
import { parseDecimal } from '#services/kernel/money/money.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { hidePlansExcept } from '#services/catalog/plans/hide-plans.js'
import type { UserServicePlan, UserServiceProduct } from '#services/identity/user-service/parse-responses.js'
import type { UserService } from '#services/identity/user-service/user-service.js'
import { lockSync } from '../sync/receive-sync.js'
import { upsertSyncedProduct } from '../sync/upsert-synced-product.js'
import type { SyncedContent } from '../sync/sync-request.js'
import { sellableTemplates } from './user-service.sql.js'

type Price = SyncedContent['price']

/** A template that can be sold, and whether a change of it is still to be sent to the User Service. */
export interface SellableTemplate {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly vendorId: string | null
  readonly hasUnsentPrice: boolean
  /** Current sale here. Null if not for sale. */
  readonly sold: { readonly currency: string; readonly interval: BillingInterval } | null
}

/** More is a slip; providers take at most eight digits. */
const MAX_MINOR = 99_999_999

const CYCLES: Readonly<Record<string, BillingInterval>> = { one_time: 'ONE_TIME', monthly: 'MONTH' }

/**
 * For installations whose User Service owns plans and products: applies its products and prices here. Returns the
 * number of changes.
 */
export async function importPlansAndPrices(context: CatalogContext, service: UserService): Promise<number> {
  const changed = (await importPlans(context, await service.plans())) + (await importProducts(context, service))
  if (changed) await context.catalog.reload()
  return changed
}

/**
 * Plans that are not reported are no longer for sale; accounts keep them. Their terms and prices are those of the
 * catalog.
 */
async function importPlans(context: CatalogContext, published: readonly UserServicePlan[]): Promise<number> {
  const aliases = context.userService?.config.planAliases ?? {}
  const offered = published.map(({ name }) => aliases[name] ?? name)
  const unknown = offered.filter((code) => !context.catalog.current().planByCode.has(code))
  if (unknown.length) context.log.warn({ plans: unknown }, 'User Service lists plans missing from the catalog')
  // Nothing that we know is more likely a mistake than the end of all plans.
  if (unknown.length === offered.length) return 0
  return hidePlansExcept(context.database, offered)
}

async function importProducts(context: CatalogContext, service: UserService): Promise<number> {
  let changed = 0
  for await (const products of service.templateProducts()) {
    const byTemplate = new Map(
      products.flatMap((published) => (published.externalId ? [[published.externalId, published]] : [])),
    )
    for (const template of await context.database.rows(sellableTemplates, { ids: [...byTemplate.keys()] }))
      if (await importProduct(context, template, byTemplate.get(template.id)!)) changed++
  }
  return changed
}

async function importProduct(
  context: CatalogContext,
  template: SellableTemplate,
  published: UserServiceProduct,
): Promise<boolean> {
  // A pending local change would be overwritten by the earlier state of the User Service.
  if (template.hasUnsentPrice) return false
  const usual = template.sold ?? { currency: context.catalog.current().currency, interval: 'ONE_TIME' }
  const price = priceOf(published, usual)
  if (price === undefined) {
    context.log.warn(
      { templateId: template.id, price: published.price },
      'invalid price from the User Service, keeping the local price',
    )
    return false
  }
  return context.database.transaction((transaction) => sellAs(context, transaction, template, price))
}

async function sellAs(
  context: CatalogContext,
  transaction: Transaction,
  template: SellableTemplate,
  price: Price,
): Promise<boolean> {
  await lockSync(transaction, template.id)
  const { slug: code, name, vendorId } = template
  const { id, changed } = await upsertSyncedProduct(transaction, template.id, {
    code,
    name,
    price,
    vendorId,
    ours: true,
  })
  if (!changed) return false
  const input = { templateId: template.id, action: 'price', productId: id }
  await writeOutbox(transaction, {
    type: 'marketplace.synced',
    accountId: null,
    payload: input,
    at: context.clock.now(),
    requestId: context.requestId,
  })
  await recordAudit(transaction, {
    accountId: null,
    actor: 'user_service',
    action: 'marketplace.sync.price',
    object: template.id,
    details: { ...input, price },
  })
  transaction.announce(CATALOG_TOPIC)
  return true
}

/** Null: not sold there. Undefined: its price is invalid. Missing fields are unchanged. */
function priceOf(
  { price, currency, billingCycle, active }: UserServiceProduct,
  usual: NonNullable<SellableTemplate['sold']>,
): Price | undefined {
  if (!active || price === null || Number(price) === 0) return null
  const named = currency ?? usual.currency
  const interval = billingCycle === null ? usual.interval : CYCLES[billingCycle]
  if (!isCurrency(named) || !interval) return undefined
  try {
    const { amountMinor } = parseDecimal(price, named)
    return amountMinor > 0 && amountMinor <= MAX_MINOR ? { amountMinor, currency: named, interval } : undefined
  } catch {
    return undefined
  }
}

const RETRY_MS = 30_000
const AGAIN_MS = 300_000

/**
 * Takes plans and products over at start and every five minutes. While the service is away what was known is sold on. Where it owns
 * nothing (any more), the catalog's own plans are all on offer.
 */
export function startPlanImport(context: CatalogContext, service: UserService): BackgroundJob {
  let due = 0
  const look = async () => {
    if (context.timers.now() < due) return
    if (service.config.ownsEntitlements) await importPlansAndPrices(context, service)
    else await hidePlansExcept(context.database, null)
    due = service.config.ownsEntitlements ? context.timers.now() + AGAIN_MS : Infinity
  }
  const job = runPeriodically(context, RETRY_MS, 'offers', look)
  const first = look().catch((error: unknown) =>
    context.log.warn({ err: error }, 'plan and price import failed, keeping the previous ones'),
  )
  return {
    stop: async () => {
      await first
      await job.stop()
    },
  }
}

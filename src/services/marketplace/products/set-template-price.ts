import type { BillingInterval } from '#entities/catalog/price.entity.js'
import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { newId } from '#services/kernel/ids/ids.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import { isCurrency } from '#services/kernel/money/currency.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { changeTemplate } from '../review/change-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { insertPrice } from './insert-price.js'

export interface SetTemplatePrice {
  readonly templateId: string
  /** In minor units. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: BillingInterval
}

/** More is a slip of the keyboard; providers take at most eight digits. */
const MAX_MINOR = 99_999_999

/**
 * Sets the price of a template in one currency. Monthly subscribers keep their price, and owners keep the template.
 * Repeated calls with the same price have no effect. For the vendor and operators.
 */
export async function setTemplatePrice(context: BillingContext, input: SetTemplatePrice): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, input.templateId, 'price', async (transaction, { template, open }) => {
    const fault = validatePrice(input) ?? checkSellable(template, open?.content.freeForever ?? false)
    if (fault) return fault
    const changed = await put(transaction, template, input)
    if (!changed) return undefined
    const { amountMinor, currency, interval } = input
    await publishTemplateEvent(context, transaction, template.id, {
      type: 'template.price_changed',
      summary: `The price of ${template.name} is now ${toDecimal({ amountMinor, currency })} ${currency}${interval === 'MONTH' ? ' a month' : ''}.`,
      data: { amountMinor, currency, interval },
    })
    transaction.announce(CATALOG_TOPIC)
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

/** Takes a template off sale: new purchases are denied, because a sold template is not free; owners keep it. */
export async function withdrawTemplatePrice(context: BillingContext, templateId: string): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, templateId, 'price', async (transaction, { template }) => {
    const taken = await transaction.run(
      `update product set active = false where type = 'TEMPLATE' and external_id = $1 and active`,
      [template.id],
    )
    if (!taken) return refused('NOT_FOR_SALE', `${template.name} is not for sale.`, { field: 'templateId' })
    await publishTemplateEvent(context, transaction, template.id, {
      type: 'template.price_withdrawn',
      summary: `${template.name} is no longer sold. Owners keep it.`,
    })
    transaction.announce(CATALOG_TOPIC)
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

function validatePrice({ amountMinor, currency, interval }: SetTemplatePrice): Refused | null {
  if (!isCurrency(currency))
    return refused('INVALID_PRICE', `${currency} is not an ISO 4217 currency code.`, { field: 'currency' })
  if (interval === 'YEAR') return refused('INVALID_PRICE', 'interval must be ONCE or MONTH.', { field: 'interval' })
  if (amountMinor < 1 || amountMinor > MAX_MINOR)
    return refused('INVALID_AMOUNT', `amountMinor must be between 1 and ${MAX_MINOR}.`, {
      field: 'amountMinor',
    })
  const fault = validateCharge({ amountMinor, currency })
  if (fault) return refused('INVALID_AMOUNT', `${fault[0]!.toUpperCase()}${fault.slice(1)}.`, { field: 'amountMinor' })
  return null
}

/** A template marked as free forever stays free, and only marketplace templates can be sold. */
function checkSellable(template: TemplateRow, nextIsFree: boolean): Refused | null {
  const field = 'templateId'
  if (template.freeForever || nextIsFree)
    return refused('NOT_FOR_SALE', `${template.name} is marked as free forever and cannot be priced.`, { field })
  if (!template.isFromMarketplace)
    return refused('NOT_FOR_SALE', `${template.name} is not a marketplace template and cannot be priced.`, { field })
  if (template.status === 'DEPRECATED')
    return refused('INVALID_TRANSITION', `${template.name} is deprecated and cannot be changed.`, { field })
  return null
}

async function put(transaction: Transaction, template: TemplateRow, price: SetTemplatePrice): Promise<boolean> {
  const { product, isNew } = await productOf(transaction, template)
  // A template is sold in one way: another interval replaces every price, the same one that of its currency.
  const replaced = await transaction.run(
    `update price set active = false where product_id = $1 and active
       and ("interval" <> $2 or currency = $3) and not ("interval" = $2 and currency = $3 and amount_minor = $4)`,
    [product.id, price.interval, price.currency, price.amountMinor],
  )
  const values = [product.id, price.interval, price.currency, price.amountMinor]
  const same = `product_id = $1 and "interval" = $2 and currency = $3 and amount_minor = $4`
  const revived = await transaction.run(`update price set active = true where ${same} and not active`, values)
  const known = await transaction.row(`select 1 from price where ${same}`, values)
  if (!known) await insertPrice(transaction, product.id, price)
  return isNew || replaced > 0 || revived > 0 || !known
}

/**
 * The product of the template, locked; created at its first price. It is for sale while the template is listed: a
 * draft's product is not.
 */
async function productOf(
  transaction: Transaction,
  template: TemplateRow,
): Promise<{ product: ProductRow; isNew: boolean }> {
  const before = await transaction.row<ProductRow>(
    `select * from product where type = 'TEMPLATE' and external_id = $1 for update`,
    [template.id],
  )
  const product = await transaction.row<ProductRow>(
    `insert into product (id, type, code, name, external_id, vendor_id, active) values ($1, 'TEMPLATE', $2, $3, $4, $5, $6)
     on conflict on constraint product_external do update set active = excluded.active, name = excluded.name returning *`,
    [newId('prd'), template.slug, template.name, template.id, template.vendorId, template.status === 'APPROVED'],
  )
  return { product: product!, isNew: before?.active !== product!.active }
}

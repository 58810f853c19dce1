import { moneyText } from '#services/kernel/text/readable.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { toInterval } from '#services/catalog/products/interval.js'
import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import { isCurrency } from '#services/kernel/money/currency.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { changeTemplate, type LockedTemplate, type TemplateChange } from '../model/change-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { replacePrice } from './product-prices.js'
import { deleteProduct, lockProduct, withdrawProduct } from '../model/template-product.js'

interface TemplatePrice {
  readonly money: { readonly amountMinor: number; readonly currency: string }
  readonly interval: BillingInterval
}

export interface SetTemplatePrice extends TemplateChange {
  /** Null: the template is no longer sold. A call that leaves it out is denied, so that an omission ends no sale. */
  readonly price?: TemplatePrice | null
}

/** More is a slip of the keyboard; providers take at most eight digits. */
const MAX_MINOR = 99_999_999

/**
 * Sets the price of a template in one currency, or takes it off sale. Monthly subscribers keep their price, and owners keep the template.
 * Repeated calls with the same price have no effect. For the vendor and operators.
 */
export async function setTemplatePrice(context: BillingContext, input: SetTemplatePrice): Promise<TemplateOutcome> {
  const { price } = input
  const outcome = await changeTemplate(
    context,
    { mutation: 'setTemplatePrice', permission: 'price' },
    input,
    async (transaction, locked) => {
      if (price === undefined) return priceMissing()
      return price ? sell(context, transaction, locked, price) : withdraw(context, transaction, locked)
    },
  )
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

const priceMissing = (): Refused =>
  refused('INVALID_PARAMETERS', 'price is required; null stops the sale.', { field: 'price' })

async function sell(
  context: BillingContext,
  transaction: Transaction,
  { template, open }: LockedTemplate,
  price: TemplatePrice,
): Promise<Refused | void> {
  const fault = validatePrice(price) ?? checkSellable(template, open?.content.freeForever ?? false)
  if (fault) return fault
  const changed = await put(transaction, template, price)
  if (!changed) return undefined
  const { money, interval } = price
  const { amountMinor, currency } = money
  await publishTemplateEvent(context, transaction, template.id, {
    type: 'template.price_changed',
    summary: `The price of ${template.name} is now ${moneyText(money)}${interval === 'MONTH' ? ' a month' : ''}.`,
    data: { amountMinor, currency, interval: toInterval(interval) },
  })
  transaction.announce(CATALOG_TOPIC)
  return undefined
}

/**
 * New purchases are denied, because a sold template is not free; owners keep it. A template that was never published has no owners: its
 * price is deleted, and it is published as free.
 */
async function withdraw(
  context: BillingContext,
  transaction: Transaction,
  { template }: LockedTemplate,
): Promise<Refused | void> {
  const isPublished = template.approvedAt !== null
  const remove = isPublished ? withdrawProduct : deleteProduct
  if (!(await remove(transaction, template.id)))
    return refused('NOT_FOR_SALE', `${template.name} is not for sale.`, { field: 'templateId' })
  await publishTemplateEvent(context, transaction, template.id, {
    type: 'template.price_withdrawn',
    summary: isPublished
      ? `${template.name} is no longer sold. Owners keep it.`
      : `${template.name} will be published as free.`,
  })
  transaction.announce(CATALOG_TOPIC)
  return undefined
}

function validatePrice({ money, interval }: TemplatePrice): Refused | null {
  const { amountMinor, currency } = money
  const issues: InputIssue[] = []
  const amount = ['price', 'money', 'amountMinor']
  if (amountMinor < 1 || amountMinor > MAX_MINOR)
    issues.push({ path: amount, code: 'INVALID_AMOUNT', message: `amountMinor must be between 1 and ${MAX_MINOR}.` })
  if (!isCurrency(currency)) {
    const message = `${currency} is not an ISO 4217 currency code.`
    issues.push({ path: ['price', 'money', 'currency'], code: 'INVALID_PRICE', message })
  } else {
    const fault = issues.length === 0 && validateCharge(money)
    const message = fault && `${fault[0]!.toUpperCase()}${fault.slice(1)}.`
    if (message) issues.push({ path: amount, code: 'INVALID_AMOUNT', message })
  }
  if (!isSold(interval))
    issues.push({
      path: ['price', 'interval'],
      code: 'INVALID_PRICE',
      message: 'interval must be a month, or null for once.',
    })
  const [first, ...rest] = issues
  return first ? refusedInput([first, ...rest]) : null
}

const isSold = (interval: BillingInterval): interval is 'ONE_TIME' | 'MONTH' =>
  interval === 'ONE_TIME' || interval === 'MONTH'

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

async function put(
  transaction: Transaction,
  template: TemplateRow,
  { money, interval }: TemplatePrice,
): Promise<boolean> {
  if (!isSold(interval)) return false
  const { product, isNew } = await upsertProduct(transaction, template)
  // All prices of a template have the same interval; a new price replaces the one in its currency.
  const isReplaced = await replacePrice(transaction, product.id, { ...money, interval }, { keepsOtherCurrencies: true })
  return isNew || isReplaced
}

/**
 * The product of the template, locked; created at its first price. It is for sale while the template is listed: a
 * draft's product is not.
 */
async function upsertProduct(
  transaction: Transaction,
  template: TemplateRow,
): Promise<{ product: ProductRow; isNew: boolean }> {
  const before = await lockProduct(transaction, template.id)
  const state = { active: template.status === 'APPROVED', name: template.name }
  const product = await transaction.query
    .insertInto('product')
    .values({
      id: transaction.newId('prd'),
      type: 'TEMPLATE',
      code: template.slug,
      externalId: template.id,
      vendorId: template.vendorId,
      ...state,
    })
    .onConflict((conflict) => conflict.constraint('product_external').doUpdateSet(state))
    .returningAll()
    .executeTakeFirstOrThrow()
  return { product, isNew: before?.active !== product.active }
}

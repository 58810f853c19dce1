import type { BillingInterval } from '../../../entities/catalog/price.entity.js'
import type { ProductRow } from '../../../entities/catalog/product.entity.js'
import type { TemplateRow } from '../../../entities/marketplace/template.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { denied, type Denied } from '../../kernel/idempotency/once-per-key.js'
import { newId } from '../../kernel/ids/ids.js'
import { writeOutbox } from '../../kernel/outbox/write-outbox.js'
import { isCurrency } from '../../kernel/money/currency.js'
import { requireOperator } from '../../identity/guard/guard.js'
import type { BillingContext } from '../../billing/billing-context.js'
import { CATALOG_TOPIC } from '../../catalog/snapshot/open-catalog.js'
import { templatesByIds } from '../templates/template-queries.js'
import { insertPrice } from './insert-price.js'

export interface SetTemplatePrice {
  readonly templateId: string
  /** In minor units. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: BillingInterval
}

export type SetTemplatePriceOutcome = { readonly kind: 'template'; readonly template: TemplateRow } | Denied

/** More is a slip of the keyboard; providers take at most eight digits. */
const MOST_MINOR = 99_999_999

/**
 * Sets what a template costs from now on, in one currency. The old price stays with whoever pays it by the month; who owns the template
 * keeps it. Setting the same price again changes nothing.
 */
export async function setTemplatePrice(
  context: BillingContext,
  input: SetTemplatePrice,
): Promise<SetTemplatePriceOutcome> {
  requireOperator(context, 'ops:write')
  const [template] = await templatesByIds(context.database, [input.templateId])
  if (!template) throw new AppError('NOT_FOUND', 'There is no such template.')
  const fault = priceFault(input)
  if (fault) return denied(fault)
  await context.database.transaction((transaction) => put(context, transaction, template, input))
  await context.catalog.reload()
  return { kind: 'template', template }
}

function priceFault({ amountMinor, currency, interval }: SetTemplatePrice): Refused | null {
  if (!isCurrency(currency))
    return refused('INVALID_PRICE', `${currency} is not a currency of ISO 4217.`, { field: 'currency' })
  if (interval === 'YEAR')
    return refused('INVALID_PRICE', 'A template is sold once or by the month.', { field: 'interval' })
  if (amountMinor < 1 || amountMinor > MOST_MINOR)
    return refused('INVALID_AMOUNT', `The amount must be between 1 and ${MOST_MINOR} minor units.`, {
      field: 'amountMinor',
    })
  return null
}

async function put(
  context: BillingContext,
  transaction: Transaction,
  template: TemplateRow,
  price: SetTemplatePrice,
): Promise<void> {
  const product = await productOf(transaction, template)
  // A template is sold in one way: another interval replaces every price, the same one that of its currency.
  await transaction.run(
    `update price set active = false where product_id = $1 and active
       and ("interval" <> $2 or currency = $3) and not ("interval" = $2 and currency = $3 and amount_minor = $4)`,
    [product.id, price.interval, price.currency, price.amountMinor],
  )
  const known = await transaction.run(
    `update price set active = true where product_id = $1 and "interval" = $2 and currency = $3 and amount_minor = $4`,
    [product.id, price.interval, price.currency, price.amountMinor],
  )
  if (known === 0) await insertPrice(transaction, product.id, price)
  const { amountMinor, currency, interval } = price
  await writeOutbox(transaction, {
    type: 'template.priced',
    accountId: null,
    payload: { templateId: template.id, productId: product.id, amountMinor, currency, interval },
    at: context.clock.now(),
    requestId: context.requestId,
  })
  transaction.announce(CATALOG_TOPIC)
}

/** The product that sells the template, locked, active, and made at its first price. */
async function productOf(transaction: Transaction, template: TemplateRow): Promise<ProductRow> {
  const row = await transaction.row<ProductRow>(
    `insert into product (id, type, code, name, external_id, vendor_id) values ($1, 'TEMPLATE', $2, $3, $4, $5)
     on conflict on constraint product_external do update set active = true, name = excluded.name returning *`,
    [newId('prd'), template.slug, template.name, template.id, template.vendorId],
  )
  return row!
}

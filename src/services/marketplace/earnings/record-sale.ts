import { moneyText } from '#services/kernel/text/readable.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { decideShare, type NewEntry } from './decide-share.js'

/**
 * Writes the earnings entries of a sale and of its later changes, and notifies the vendor. Uses a separate transaction,
 * because it takes another account's lock than the sale. It applies the current state of the purchase, so late and
 * repeated calls have no effect.
 */
export async function recordSale(event: OutboxEventRow, context: CatalogContext): Promise<void> {
  const purchaseId = event.payload['purchaseId']
  if (typeof purchaseId !== 'string') return
  const sale = await findSale(context.database, purchaseId)
  if (!sale) return
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, sale.accountId)
    const found = await transaction.query
      .selectFrom('purchase')
      .selectAll()
      .where('id', '=', purchaseId)
      .executeTakeFirstOrThrow()
    // The vendor's share is of the price, whether money or the account's credit paid it.
    const purchase = { ...found, amountMinor: found.amountMinor + found.creditMinor }
    const known = await transaction.query
      .selectFrom('earnings_entry')
      .selectAll()
      .where('purchaseId', '=', purchaseId)
      .execute()
    // The share agreed at the sale applies to later changes.
    const agreed = known.find(({ kind }) => kind === 'SALE')?.shareBasisPoints
    const basisPoints = agreed ?? context.catalog.current().vendorShareBasisPoints
    for (const entry of decideShare(purchase, known, basisPoints))
      await enter(context, transaction, { sale, purchase, entry, basisPoints })
  })
}

/** The sale of a template whose vendor has an account. Null for other purchases. */
const findSale = (database: Sql, purchaseId: string) =>
  database.query
    .selectFrom('purchase')
    .innerJoin('product', (join) =>
      join.onRef('product.id', '=', 'purchase.productId').on('product.type', '=', 'TEMPLATE'),
    )
    .innerJoin('template', 'template.id', 'product.externalId')
    .innerJoin('vendor', 'vendor.id', 'template.vendorId')
    .select(['vendor.id as vendorId', 'vendor.accountId', 'template.id as templateId', 'template.name as templateName'])
    .where('purchase.id', '=', purchaseId)
    .where('vendor.accountId', 'is not', null)
    .$narrowType<{ accountId: string }>()
    .executeTakeFirst()

type Sale = NonNullable<Awaited<ReturnType<typeof findSale>>>

interface Entered {
  readonly sale: Sale
  readonly purchase: PurchaseRow
  readonly entry: NewEntry
  readonly basisPoints: number
}

async function enter(
  context: CatalogContext,
  transaction: Transaction,
  { sale, purchase, entry, basisPoints }: Entered,
): Promise<void> {
  const at = context.clock.now()
  const { currency } = purchase
  await transaction.query
    .insertInto('earnings_entry')
    .values({
      id: transaction.newId('vet'),
      accountId: sale.accountId,
      vendorId: sale.vendorId,
      kind: entry.kind,
      purchaseId: purchase.id,
      grossMinor: entry.grossMinor,
      amountMinor: entry.amountMinor,
      currency,
      shareBasisPoints: basisPoints,
      at,
    })
    .execute()
  const money = moneyText({ amountMinor: Math.abs(entry.amountMinor), currency })
  const { type, summary } = WORDS[entry.kind](sale.templateName, money)
  // The vendor does not see the buyer.
  const data = {
    templateId: sale.templateId,
    vendorId: sale.vendorId,
    saleId: purchase.id,
    grossMinor: entry.grossMinor,
    amountMinor: entry.amountMinor,
    currency,
    shareBasisPoints: basisPoints,
  }
  await recordAccountEvent(transaction, sale.accountId, at, {
    type,
    summary,
    subject: { __typename: 'Template', id: sale.templateId },
    data,
  })
  const { requestId } = context
  await writeOutbox(transaction, { type, accountId: sale.accountId, payload: data, at, requestId })
}

type SaleEventType = 'template.sold' | 'earnings.clawed_back' | 'earnings.restored'

const WORDS: Record<NewEntry['kind'], (name: string, money: string) => { type: SaleEventType; summary: string }> = {
  SALE: (name, money) => ({ type: 'template.sold', summary: `${name} was sold: your share is ${money}.` }),
  CLAWBACK: (name, money) => ({
    type: 'earnings.clawed_back',
    summary: `A sale of ${name} was refunded or disputed. ${money} of your share was clawed back.`,
  }),
  CLAWBACK_REVERSED: (name, money) => ({
    type: 'earnings.restored',
    summary: `A sale of ${name} was restored. ${money} was added to your earnings again.`,
  }),
}

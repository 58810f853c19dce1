import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { EarningsEntryRow } from '#entities/marketplace/earnings-entry.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { decideShare, type NewEntry } from './decide-share.js'

interface Sale {
  readonly purchaseId: string
  readonly vendorId: string
  readonly accountId: string
  readonly templateId: string
  readonly templateName: string
}

/**
 * Writes the earnings entries of a sale and of its later changes, and notifies the vendor. Uses a separate transaction,
 * because it takes another account's lock than the sale. It applies the current state of the purchase, so late and
 * repeated calls have no effect.
 */
export async function recordSale(event: OutboxEventRow, context: CatalogContext): Promise<void> {
  const purchaseId = event.payload['purchaseId']
  if (typeof purchaseId !== 'string') return
  const sale = await context.database.row<Sale>(
    `select p.id as purchase_id, v.id as vendor_id, v.account_id, t.id as template_id, t.name as template_name
     from purchase p join product o on o.id = p.product_id and o.type = 'TEMPLATE' join template t on t.id = o.external_id
       join vendor v on v.id = t.vendor_id where p.id = $1 and v.account_id is not null`,
    [purchaseId],
  )
  if (!sale) return
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, sale.accountId)
    const found = (await transaction.row<PurchaseRow>(`select * from purchase where id = $1`, [purchaseId]))!
    // The vendor's share is of the price, whether money or the account's credit paid it.
    const purchase = { ...found, amountMinor: found.amountMinor + found.creditMinor }
    const known = await transaction.rows<EarningsEntryRow>(`select * from earnings_entry where purchase_id = $1`, [
      purchaseId,
    ])
    // The share agreed at the sale applies to later changes.
    const agreed = known.find(({ kind }) => kind === 'SALE')?.shareBasisPoints
    const basisPoints = agreed ?? context.catalog.current().vendorShareBasisPoints
    for (const entry of decideShare(purchase, known, basisPoints))
      await enter(context, transaction, { sale, purchase, entry, basisPoints })
  })
}

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
  await transaction.run(
    `insert into earnings_entry (id, account_id, vendor_id, kind, purchase_id, gross_minor, amount_minor, currency, share_basis_points, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      newId('vet'),
      sale.accountId,
      sale.vendorId,
      entry.kind,
      purchase.id,
      entry.grossMinor,
      entry.amountMinor,
      currency,
      basisPoints,
      at,
    ],
  )
  const money = `${toDecimal({ amountMinor: Math.abs(entry.amountMinor), currency })} ${currency}`
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

const WORDS: Record<NewEntry['kind'], (name: string, money: string) => { type: string; summary: string }> = {
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

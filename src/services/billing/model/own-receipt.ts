import { sql } from 'kysely'
import type { PurchaseRow, ReceiptBuyer } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Config } from '#services/kernel/config/config.js'

/** True for a payment of which this server writes the receipt, because its provider writes none. */
export const hasOwnReceipt = ({ provider, status }: Pick<PurchaseRow, 'provider' | 'status'>): boolean =>
  provider === 'PAYPAL' && status !== 'PENDING'

/** Characters of an account's ID before the number of a receipt, which is one of the account's numbers. */
const SERIES_LENGTH = 10
const NUMBER_LENGTH = 4

/** Number on a receipt, for example `8C1M4RZ7TQ-0001`. */
export const receiptNumberOf = ({
  accountId,
  receiptNumber,
}: Pick<PurchaseRow, 'accountId' | 'receiptNumber'>): string =>
  `${accountId.slice(-SERIES_LENGTH).toUpperCase()}-${String(receiptNumber).padStart(NUMBER_LENGTH, '0')}`

/** The number of the next receipt of an account, whose lock is held. */
export const nextReceiptNumber = ({ query }: Sql, accountId: string) =>
  query
    .selectFrom('purchase')
    .select((eb) => eb(eb.fn.coalesce(eb.fn.max('receiptNumber'), eb.lit(0)), '+', eb.lit(1)).as('next'))
    .where('accountId', '=', accountId)

/** Name and billing details of an account, as a receipt keeps them. */
export const receiptBuyer = ({ query }: Sql, accountId: string) =>
  query
    .selectFrom('account')
    .select(sql<ReceiptBuyer>`jsonb_build_object('name', name, 'details', billing_details)`.as('buyer'))
    .where('id', '=', accountId)

/** Address of the receipt of a payment: at its provider, otherwise here. Null if there is none. */
export const receiptUrlOf = (
  { publicUrl }: Pick<Config, 'publicUrl'>,
  purchase: Pick<PurchaseRow, 'id' | 'provider' | 'status' | 'receiptUrl'>,
): string | null =>
  purchase.receiptUrl ?? (hasOwnReceipt(purchase) ? new URL(`api/v1/receipts/${purchase.id}`, publicUrl).href : null)

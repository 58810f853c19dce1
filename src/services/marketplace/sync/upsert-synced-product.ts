import type { Transaction } from '#services/kernel/database/database.js'
import { replacePrice } from '../products/product-prices.js'
import { lockProduct, withdrawProduct } from '../model/template-product.js'
import type { SyncedContent } from './sync-request.js'

/** A synced product and its vendor. */
export interface SyncedProduct extends Pick<SyncedContent, 'code' | 'name' | 'price'> {
  readonly vendorId: string | null
  /** The template is our own: its seller is known better here. */
  readonly ours: boolean
}

/**
 * Writes the product of a template; created at its first price. A new price is a new row: subscribers keep the earlier
 * one. Without a price the template is free if it was never sold, otherwise no longer sold.
 */
export async function upsertSyncedProduct(
  transaction: Transaction,
  templateId: string,
  { code, name, price, vendorId, ours }: SyncedProduct,
): Promise<{ id: string | null; changed: boolean }> {
  const known = await lockProduct(transaction, templateId)
  if (!price) return { id: known?.id ?? null, changed: await withdrawProduct(transaction, templateId) }
  const id = known?.id ?? transaction.newId('prd')
  const isChanged = known
    ? await updateProduct(transaction, id, { code, name, ...(ours ? {} : { vendorId }) })
    : await insertProduct(transaction, { id, templateId, code, name, vendorId })
  const isReplaced = await replacePrice(transaction, id, price, { keepsOtherCurrencies: false })
  return { id, changed: isChanged || isReplaced }
}

/** Sells a product with new data. Returns false if nothing changed. */
async function updateProduct(
  transaction: Transaction,
  id: string,
  { code, name, vendorId }: { code: string; name: string; vendorId?: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction.query
    .updateTable('product')
    .set({ code, name, active: true, ...(vendorId === undefined ? {} : { vendorId }) })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('code', '<>', code),
        eb('name', '<>', name),
        eb('active', '=', false),
        ...(vendorId === undefined ? [] : [eb('vendorId', 'is distinct from', vendorId)]),
      ]),
    )
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

async function insertProduct(
  transaction: Transaction,
  { templateId, ...product }: { id: string; templateId: string; code: string; name: string; vendorId: string | null },
): Promise<true> {
  await transaction.query
    .insertInto('product')
    .values({ ...product, type: 'TEMPLATE', externalId: templateId })
    .execute()
  return true
}

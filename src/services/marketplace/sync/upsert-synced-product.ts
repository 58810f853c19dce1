import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import { insertPrice } from '../products/insert-price.js'
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
  const known = await transaction.row<ProductRow>(
    `select * from product where type = 'TEMPLATE' and external_id = $1 for update`,
    [templateId],
  )
  if (!price) return { id: known?.id ?? null, changed: (await withdrawProduct(transaction, templateId)) > 0 }
  const product = known ?? (await makeProduct(transaction, templateId, { code, name, vendorId }))
  const renamed = known
    ? await transaction.run(
        `update product set code = $2, name = $3, vendor_id = case when $5 then vendor_id else $4 end, active = true
         where id = $1 and ((code, name, active) is distinct from ($2, $3, true) or (not $5 and vendor_id is distinct from $4))`,
        [known.id, code, name, vendorId, ours],
      )
    : 1
  const values = [product.id, price.interval, price.currency, price.amountMinor]
  const same = `product_id = $1 and "interval" = $2 and currency = $3 and amount_minor = $4`
  const replaced = await transaction.run(
    `update price set active = false where product_id = $1 and active and not (${same})`,
    values,
  )
  const revived = await transaction.run(`update price set active = true where ${same} and not active`, values)
  const there = await transaction.row(`select 1 from price where ${same}`, values)
  if (!there) await insertPrice(transaction, product.id, price)
  return { id: product.id, changed: renamed + replaced + revived > 0 || !there }
}

async function makeProduct(
  transaction: Transaction,
  templateId: string,
  { code, name, vendorId }: { code: string; name: string; vendorId: string | null },
): Promise<{ id: string }> {
  const made = await transaction.row<{ id: string }>(
    `insert into product (id, type, code, name, external_id, vendor_id) values ($1, 'TEMPLATE', $2, $3, $4, $5) returning id`,
    [newId('prd'), code, name, templateId, vendorId],
  )
  return made!
}

/** Takes the product of a template off sale. Returns the number of products that were on sale. */
export const withdrawProduct = (transaction: Transaction, templateId: string): Promise<number> =>
  transaction.run(`update product set active = false where type = 'TEMPLATE' and external_id = $1 and active`, [
    templateId,
  ])

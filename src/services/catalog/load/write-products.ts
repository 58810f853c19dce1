import type { ProductType } from '#entities/catalog/product.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { PriceDefinition } from '../definition/types.js'
import type { PriceOwner } from '../versions/catalog-change.js'

/** Inserts the product of a plan or package. Returns its ID. */
export async function insertProduct(
  transaction: Transaction,
  product: { readonly type: ProductType; readonly code: string; readonly name: string },
): Promise<string> {
  const id = transaction.newId('prd')
  await transaction.query
    .insertInto('product')
    .values({ id, ...product })
    .execute()
  return id
}

export async function updateProduct(
  transaction: Transaction,
  id: string,
  change: { readonly name?: string; readonly active?: boolean },
): Promise<void> {
  await transaction.query.updateTable('product').set(change).where('id', '=', id).execute()
}

export async function insertCatalogPrice(
  transaction: Transaction,
  { type, code }: PriceOwner,
  { currency, amountMinor, interval, trialDays, per }: PriceDefinition,
): Promise<void> {
  const product = await transaction.query
    .selectFrom('product')
    .select('id')
    .where('type', '=', type)
    .where('code', '=', code)
    .executeTakeFirstOrThrow()
  await transaction.query
    .insertInto('price')
    .values({
      id: transaction.newId('prc'),
      productId: product.id,
      currency,
      amountMinor,
      interval,
      trialDays: trialDays ?? 0,
      per,
    })
    .execute()
}

export async function setPriceActive(transaction: Transaction, id: string, active: boolean): Promise<void> {
  await transaction.query.updateTable('price').set({ active }).where('id', '=', id).execute()
}

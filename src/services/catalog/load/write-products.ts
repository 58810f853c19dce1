import type { ProductType } from '#entities/catalog/product.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { PriceDefinition } from '../definition/types.js'
import type { PriceOwner } from '../versions/catalog-change.js'

/** Rows of one statement: a statement has at most 65,535 parameters. */
const ROWS = 1_000

/** Rows in portions of one statement each. */
export function* chunks<Row>(rows: readonly Row[]): Iterable<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS)
}

/** Inserts the products of plans or packages. */
export async function insertProducts(
  transaction: Transaction,
  products: readonly {
    readonly id: string
    readonly type: ProductType
    readonly code: string
    readonly name: string
  }[],
): Promise<void> {
  for (const some of chunks(products))
    await transaction.query
      .insertInto('product')
      .values([...some])
      .execute()
}

export async function updateProduct(
  transaction: Transaction,
  id: string,
  change: { readonly name?: string; readonly active?: boolean },
): Promise<void> {
  await transaction.query.updateTable('product').set(change).where('id', '=', id).execute()
}

/** Inserts the prices of plans and packages that exist. */
export async function insertCatalogPrices(
  transaction: Transaction,
  prices: readonly { readonly owner: PriceOwner; readonly price: PriceDefinition }[],
): Promise<void> {
  if (prices.length === 0) return
  const products = await transaction.query.selectFrom('product').select(['id', 'type', 'code']).execute()
  const productIds = new Map(products.map(({ id, type, code }) => [`${type} ${code}`, id]))
  for (const some of chunks(prices))
    await transaction.query
      .insertInto('price')
      .values(
        some.map(({ owner: { type, code }, price: { currency, amountMinor, interval, trialDays, per } }) => ({
          id: transaction.newId('prc'),
          productId: productIds.get(`${type} ${code}`)!,
          currency,
          amountMinor,
          interval,
          trialDays: trialDays ?? 0,
          per,
        })),
      )
      .execute()
}

export async function setPriceActive(transaction: Transaction, id: string, active: boolean): Promise<void> {
  await transaction.query.updateTable('price').set({ active }).where('id', '=', id).execute()
}

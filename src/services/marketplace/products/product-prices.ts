import type { ExpressionBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { PriceDefinition } from '#services/catalog/definition/types.js'

type Price = Pick<PriceDefinition, 'currency' | 'amountMinor' | 'interval'>

/** Inserts a price. Prices are immutable: a different amount is a different price. */
export async function insertPrice(
  transaction: Transaction,
  productId: string,
  { currency, amountMinor, interval }: Price,
): Promise<void> {
  await transaction.query
    .insertInto('price')
    .values({ id: transaction.newId('prc'), productId, currency, amountMinor, interval })
    .execute()
}

/**
 * Makes a price the active one of its product: deactivates the others, and reactivates or inserts this one. With
 * `keepsOtherCurrencies`, prices of the same interval in other currencies stay active. Returns true if anything changed.
 */
export async function replacePrice(
  transaction: Transaction,
  productId: string,
  price: Price,
  { keepsOtherCurrencies }: { readonly keepsOtherCurrencies: boolean },
): Promise<boolean> {
  const { currency, amountMinor, interval } = price
  const isSame = (eb: ExpressionBuilder<Tables, 'price'>) => eb.and({ productId, interval, currency, amountMinor })
  const deactivated = await transaction.query
    .updateTable('price')
    .set({ active: false })
    .where('productId', '=', productId)
    .where('active', '=', true)
    .where((eb) => eb.not(isSame(eb)))
    .$if(keepsOtherCurrencies, (query) =>
      query.where((eb) => eb.or([eb('interval', '<>', interval), eb('currency', '=', currency)])),
    )
    .executeTakeFirstOrThrow()
  const reactivated = await transaction.query
    .updateTable('price')
    .set({ active: true })
    .where(isSame)
    .where('active', '=', false)
    .executeTakeFirstOrThrow()
  const known = await transaction.query.selectFrom('price').select('id').where(isSame).executeTakeFirst()
  if (!known) await insertPrice(transaction, productId, price)
  return deactivated.numUpdatedRows + reactivated.numUpdatedRows > 0n || !known
}

import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { productsOfTemplates } from '#services/catalog/products/products.js'

/** The product of a template. Null if the template was never sold. */
export async function templateProduct(sql: Sql, templateId: string): Promise<ProductRow | null> {
  const [product] = await productsOfTemplates(sql, [templateId])
  return product ?? null
}

/** The product of a template, locked until the transaction ends. Null if the template was never sold. */
export async function lockProduct(transaction: Transaction, templateId: string): Promise<ProductRow | null> {
  const product = await transaction.query
    .selectFrom('product')
    .selectAll()
    .where('type', '=', 'TEMPLATE')
    .where('externalId', '=', templateId)
    .forUpdate()
    .executeTakeFirst()
  return product ?? null
}

/** Takes the product of a template off sale. Returns true if it was on sale. */
export async function withdrawProduct(transaction: Transaction, templateId: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction.query
    .updateTable('product')
    .set({ active: false })
    .where('type', '=', 'TEMPLATE')
    .where('externalId', '=', templateId)
    .where('active', '=', true)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Deletes the product of a template that was never published, with its prices. Returns true if there was one. */
export async function deleteProduct(transaction: Transaction, templateId: string): Promise<boolean> {
  const product = await lockProduct(transaction, templateId)
  if (!product) return false
  await transaction.query.deleteFrom('price').where('productId', '=', product.id).execute()
  await transaction.query.deleteFrom('product').where('id', '=', product.id).execute()
  return true
}

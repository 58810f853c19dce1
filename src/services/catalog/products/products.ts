import { pageOf, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ProductRow, ProductType } from '#entities/catalog/product.entity.js'
import type { CatalogContext } from '../catalog-context.js'
import type { CatalogPlan, CatalogProduct, CatalogSnapshot } from '../snapshot/catalog-snapshot.js'

/** Active products, one page, in the order in which they were made. */
export function products(
  catalog: CatalogSnapshot,
  filter: { types?: readonly ProductType[] | null; vendorId?: string | null },
  request: PageRequest,
): Promise<CountablePage<CatalogProduct>> {
  const matching = catalog.products.filter(
    (product) =>
      product.active &&
      (!filter.types || filter.types.includes(product.type)) &&
      (!filter.vendorId || product.vendorId === filter.vendorId),
  )
  return pageOf(request, 'products', ({ id }) => [id], matching)
}

/** One of these. */
export interface ProductBy {
  readonly id?: string | null
  readonly code?: string | null
  readonly externalId?: string | null
}

/** A product by its ID, its code, or the ID of its template. Null if there is none. */
export async function product(
  { catalog, database }: CatalogContext,
  { id, code, externalId }: ProductBy,
): Promise<CatalogProduct | ProductRow | null> {
  const { productById, products: all } = catalog.current()
  if (id) return productById.get(id) ?? null
  if (externalId) return (await productsOfTemplates(database, [externalId]))[0] ?? null
  const [found] = all.filter((one) => one.code === code).toSorted((one, other) => rankOf(one) - rankOf(other))
  return found ?? null
}

const TYPES: readonly ProductType[] = ['PLAN', 'PACKAGE', 'TEMPLATE']
const rankOf = ({ type }: CatalogProduct): number => TYPES.indexOf(type)

/** Start of an account's ownership of a plan product. Null if not owned. */
export function productOwnership(
  held: readonly { plan: CatalogPlan; assignment: { since: Date } | null }[],
  productId: string,
): Date | null {
  return (
    held.find(({ plan, assignment }) => assignment !== null && plan.productId === productId)?.assignment?.since ?? null
  )
}

/** The products that sell templates, by the templates' ids. */
export const productsOfTemplates = (database: Sql, templateIds: readonly string[]): Promise<ProductRow[]> =>
  database.query
    .selectFrom('product')
    .selectAll()
    .where('type', '=', 'TEMPLATE')
    .where('externalId', 'in', templateIds)
    .execute()

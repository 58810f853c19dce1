import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page } from '#services/kernel/paging/page.js'

export interface CountedPage<Item> extends Page<Item> {
  readonly totalCount: number
}

/** An approved template by ID or slug, as the public sees it. */
export async function findTemplate(
  database: Sql,
  by: { id?: string | null; slug?: string | null },
): Promise<TemplateRow | null> {
  const { id = null, slug = null } = by
  if (!id && !slug) return null
  const template = await database.query
    .selectFrom('template')
    .selectAll()
    .where('status', '=', 'APPROVED')
    .$if(id !== null, (query) => query.where('id', '=', id!))
    .$if(slug !== null, (query) => query.where('slug', '=', slug!))
    .executeTakeFirst()
  return template ?? null
}

/** A template that is or was on the marketplace. Owners can deploy it even if it is no longer offered. */
export async function findPublished(database: Sql, id: string): Promise<TemplateRow | null> {
  const template = await database.query
    .selectFrom('template')
    .selectAll()
    .where('id', '=', id)
    .where('status', 'in', ['APPROVED', 'DEPRECATED'])
    .where('approvedAt', 'is not', null)
    .executeTakeFirst()
  return template ?? null
}

export const templatesByIds = (database: Sql, ids: readonly string[]): Promise<TemplateRow[]> =>
  database.query.selectFrom('template').selectAll().where('id', 'in', ids).execute()

export const vendorsByIds = (database: Sql, ids: readonly string[]): Promise<VendorRow[]> =>
  database.query.selectFrom('vendor').selectAll().where('id', 'in', ids).execute()

export const vendorsByAccounts = (database: Sql, accountIds: readonly string[]): Promise<VendorRow[]> =>
  database.query.selectFrom('vendor').selectAll().where('accountId', 'in', accountIds).execute()

export const categoriesByCodes = (database: Sql, codes: readonly string[]): Promise<CategoryRow[]> =>
  database.query.selectFrom('category').selectAll().where('code', 'in', codes).execute()

export const categoriesByIds = (database: Sql, ids: readonly string[]): Promise<CategoryRow[]> =>
  database.query.selectFrom('category').selectAll().where('id', 'in', ids).execute()

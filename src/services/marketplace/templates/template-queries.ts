import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page } from '#services/kernel/paging/page.js'

export interface CountedPage<Item> extends Page<Item> {
  readonly totalCount: number
}

/** An approved template by id or slug, as the public sees it. */
export async function findTemplate(
  sql: Sql,
  by: { id?: string | null; slug?: string | null },
): Promise<TemplateRow | null> {
  if (!by.id && !by.slug) return null
  const row = await sql.row<TemplateRow>(
    `select * from template where ($1::text is null or id = $1) and ($2::text is null or slug = $2) and status = 'APPROVED'`,
    [by.id ?? null, by.slug ?? null],
  )
  return row ?? null
}

/** A template that is on the marketplace, or was: who owns what is offered no longer may deploy it still. */
export async function findPublished(sql: Sql, id: string): Promise<TemplateRow | null> {
  const row = await sql.row<TemplateRow>(
    `select * from template where id = $1 and status in ('APPROVED', 'DEPRECATED') and approved_at is not null`,
    [id],
  )
  return row ?? null
}

export const templatesByIds = (sql: Sql, ids: readonly string[]): Promise<TemplateRow[]> =>
  sql.rows(`select * from template where id = any($1)`, [ids])
export const vendorsByIds = (sql: Sql, ids: readonly string[]): Promise<VendorRow[]> =>
  sql.rows(`select * from vendor where id = any($1)`, [ids])
export const categoriesByIds = (sql: Sql, ids: readonly string[]): Promise<CategoryRow[]> =>
  sql.rows(`select * from category where id = any($1)`, [ids])
export const listCategories = (sql: Sql): Promise<CategoryRow[]> =>
  sql.rows(`select * from category order by priority, code`)

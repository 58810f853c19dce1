import type { CategoryRow } from '../../../entities/marketplace/category.entity.js'
import type { TemplateRow } from '../../../entities/marketplace/template.entity.js'
import type { VendorRow } from '../../../entities/marketplace/vendor.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '../../kernel/paging/page.js'

export type TemplateSort = 'RECENT' | 'POPULAR' | 'RATING' | 'NAME'

export interface TemplateFilter {
  readonly search?: string | null
  readonly category?: string | null
  readonly tags?: readonly string[] | null
  readonly paid?: boolean | null
  readonly vendorId?: string | null
  readonly sort?: TemplateSort | null
}

export interface CountedPage<Item> extends Page<Item> {
  readonly totalCount: number
}

const SORTS: Record<TemplateSort, { key: string; descending: boolean }> = {
  RECENT: { key: `to_char(t.approved_at at time zone 'utc', 'YYYYMMDDHH24MISSUS')`, descending: true },
  POPULAR: { key: `lpad(t.install_count::text, 12, '0')`, descending: true },
  RATING: { key: `to_char(coalesce(t.rating, 0), 'FM00.0000')`, descending: true },
  NAME: { key: 'lower(t.name)', descending: false },
}

const MATCHES = `t.status = 'APPROVED'
  and ($1::text is null or t.name ilike $1 or t.short_description ilike $1 or t.slug ilike $1)
  and ($2::text is null or c.code = $2)
  and ($3::text[] is null or t.tags @> $3)
  and ($4::text is null or t.vendor_id = $4)
  and ($5::boolean is null or $5 = exists (select 1 from product p where p.type = 'TEMPLATE' and p.external_id = t.id and p.active))`

/** Approved templates, one page. */
export async function listTemplates(
  sql: Sql,
  filter: TemplateFilter,
  request: PageRequest,
): Promise<CountedPage<TemplateRow>> {
  const { key, descending } = SORTS[filter.sort ?? 'RECENT']
  const search = filter.search ? `%${filter.search.replace(/[\\%_]/g, '\\$&')}%` : null
  const values = [
    search,
    filter.category ?? null,
    filter.tags?.length ? filter.tags : null,
    filter.vendorId ?? null,
    filter.paid ?? null,
  ]
  const from = `from template t left join category c on c.id = t.category_id where ${MATCHES}`
  const page = await readPage<TemplateRow & { sortKey: string }>(
    request,
    `templates by ${filter.sort ?? 'RECENT'}`,
    (row) => [row.sortKey, row.id],
    (limit, after) =>
      sql.rows(
        `select t.*, ${key} as sort_key ${from} and ($7::text is null or (${key}, t.id) ${descending ? '<' : '>'} ($7, $8))
         order by ${key} ${descending ? 'desc' : ''}, t.id ${descending ? 'desc' : ''} limit $6`,
        [...values, limit, after?.[0] ?? null, after?.[1] ?? null],
      ),
  )
  const counted = await sql.row<{ total: number }>(`select count(*) as total ${from}`, values)
  return { ...page, totalCount: counted?.total ?? 0 }
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

import { sql, type SelectQueryBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import { readPage, type Page, type PageRequest } from './page.js'

/** A page of rows with IDs, newest first. @param list as of `readPage` @param rows the rows of the list, without an order */
export const readNewest = <Table extends keyof Tables, Row extends { readonly id: string }>(
  request: PageRequest,
  list: string,
  rows: SelectQueryBuilder<Tables, Table, Row>,
): Promise<Page<Row>> =>
  readPage(
    request,
    list,
    ({ id }) => [id],
    (limit, after) =>
      rows
        .$if(after !== null, (query) => query.where(sql<string>`id`, '<', after![0]!))
        .orderBy(sql`id`, 'desc')
        .limit(limit)
        .execute(),
  )

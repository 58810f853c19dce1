import { sql } from 'kysely'
import type { TemplateReviewRow } from '#entities/marketplace/template-review.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { readFirstPages } from '#services/kernel/paging/read-first-pages.js'

/** The first review steps of one template, or the last ones. */
export interface FirstReviewsOfTemplate {
  readonly templateId: string
  readonly limit: number
  readonly backward: boolean
}

export const reviewsByIds = (database: Sql, ids: readonly string[]): Promise<TemplateReviewRow[]> =>
  database.query.selectFrom('template_review').selectAll().where('id', 'in', ids).execute()

/** Review steps of a template that the caller was given, oldest first. */
export const reviewsOf = (
  database: Sql,
  templateId: string,
  request: PageRequest,
  first: (ask: FirstReviewsOfTemplate) => Promise<TemplateReviewRow[]>,
): Promise<Page<TemplateReviewRow>> =>
  readPage<TemplateReviewRow>(
    request,
    `reviews ${templateId}`,
    (row) => [row.id],
    (limit, after, backward) =>
      after === null
        ? first({ templateId, limit, backward })
        : selectReviews(database, limit, backward)
            .where('templateId', '=', templateId)
            .where('id', backward ? '<' : '>', after[0]!)
            .execute(),
  )

/** First or last review steps of several templates, with one statement for each limit. */
export const firstReviewsOf = (
  database: Sql,
  asks: readonly FirstReviewsOfTemplate[],
): Promise<TemplateReviewRow[][]> =>
  readFirstPages(asks, {
    kindOf: ({ limit, backward }) => `${limit} ${backward}`,
    ownerOf: ({ templateId }) => templateId,
    ownerOfRow: ({ templateId }) => templateId,
    read: ({ limit, backward }, templateIds) =>
      database.query
        .selectFrom(sql<{ templateId: string }>`unnest(${templateIds}::text[])`.as<'t'>(sql`t(template_id)`))
        .innerJoinLateral(
          selectReviews(database, limit, backward)
            .where('template_review.templateId', '=', sql.ref<string>('t.templateId'))
            .as('page'),
          (join) => join.onTrue(),
        )
        .selectAll('page')
        .orderBy('page.id', backward ? 'desc' : 'asc')
        .execute(),
  })

const selectReviews = ({ query }: Sql, limit: number, backward: boolean) =>
  query
    .selectFrom('template_review')
    .selectAll('template_review')
    .orderBy('template_review.id', backward ? 'desc' : 'asc')
    .limit(limit)

import { sql } from 'kysely'
import type { TemplateRatingRow } from '#entities/marketplace/template-rating.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleAccount } from '#services/identity/model/guard.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

const RATED_AT = sql<Date>`date_trunc('milliseconds', at)`

/** Ratings of a template, latest first. Their authors are not public, so that cursors do not contain them either. */
export const ratingsOf = (database: Sql, templateId: string, request: PageRequest): Promise<Page<TemplateRatingRow>> =>
  readPage<TemplateRatingRow>(
    request,
    `ratings ${templateId}`,
    (row) => [row.at.toISOString(), row.id],
    (limit, after) =>
      database.query
        .selectFrom('template_rating')
        .selectAll()
        .where('templateId', '=', templateId)
        .$if(after !== null, (query) => query.where(sql<boolean>`(${RATED_AT}, id) < (${after![0]}, ${after![1]})`))
        .orderBy(RATED_AT, 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )

export const ratingsByIds = (database: Sql, ids: readonly string[]): Promise<TemplateRatingRow[]> =>
  database.query.selectFrom('template_rating').selectAll().where('id', 'in', ids).execute()

/** Ratings that accounts have given to templates. */
export const ratingsOfAccounts = (
  database: Sql,
  pairs: readonly { readonly accountId: string; readonly templateId: string }[],
): Promise<TemplateRatingRow[]> =>
  database.query
    .selectFrom('template_rating')
    .selectAll()
    .where((eb) =>
      eb(
        eb.refTuple('accountId', 'templateId'),
        'in',
        pairs.map(({ accountId, templateId }) => eb.tuple(accountId, templateId)),
      ),
    )
    .execute()

/** Rating that the caller's account has given to a template. Null for others' accounts. */
export async function ratingOfCaller(
  context: IdentityContext,
  { accountId, templateId }: { readonly accountId: string | null; readonly templateId: string },
  load: (key: string) => Promise<TemplateRatingRow | null>,
): Promise<TemplateRatingRow | null> {
  const account = await visibleAccount(context, accountId, 'deployments:read')
  return account && load(`${account.id} ${templateId}`)
}

import type { TemplateReviewRow } from '#entities/marketplace/template-review.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireSignedIn } from '#services/identity/guard/guard.js'
import type { CountedPage } from '../templates/template-queries.js'

const WAITING = `v.status in ('SUBMITTED', 'UNDER_REVIEW')`

/** The templates that wait for a review or are in one, the longest waiting first. For operators. */
export async function reviewQueue(context: IdentityContext, request: PageRequest): Promise<CountedPage<TemplateRow>> {
  requireSignedIn(context)
  if (!mayAccess(context.caller, '/templates/*/review', 'POST'))
    throw new AppError('FORBIDDEN', 'Only operators (admin or root) can read the review queue.')
  const sql = context.database
  const page = await readPage<TemplateRow & { submittedAt: Date; versionId: string }>(
    request,
    'the review queue',
    (row) => [row.submittedAt.toISOString(), row.versionId],
    (limit, after) =>
      sql.rows(
        `select t.*, v.id as version_id, v.submitted_at from template_version v join template t on t.id = v.template_id
         where ${WAITING} and ($2::timestamptz is null or (date_trunc('milliseconds', v.submitted_at), v.id) > ($2, $3))
         order by date_trunc('milliseconds', v.submitted_at), v.id limit $1`,
        [limit, after?.[0] ?? null, after?.[1] ?? null],
      ),
  )
  const counted = await sql.row<{ total: number }>(`select count(*) as total from template_version v where ${WAITING}`)
  return { ...page, totalCount: counted?.total ?? 0 }
}

/** The steps of the reviews of templates, the first one first. */
export const reviewsOf = (sql: Sql, templateIds: readonly string[]): Promise<TemplateReviewRow[]> =>
  sql.rows(`select * from template_review where template_id = any($1) order by id`, [templateIds])

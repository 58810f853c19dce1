import type { TemplateRatingRow } from '#entities/marketplace/template-rating.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { findPublished, templatesByIds } from '../templates/template-queries.js'
import { templateWithVendor } from '../templates/template-records.js'

export interface RateTemplate {
  readonly accountId?: string | null
  readonly templateId: string
  readonly stars: number
  readonly comment?: string | null
}

const MAX_COMMENT_LENGTH = 2_000

/** Rates a template for an account that has deployed it. A new rating replaces the earlier one. */
export async function rateTemplate(context: CatalogContext, input: RateTemplate): Promise<TemplateOutcome> {
  const account = await requireAccount(context, input.accountId, 'deployments:manage')
  const template = await findPublished(context.database, input.templateId)
  if (!template || template.deletedAt) throw new AppError('NOT_FOUND', 'Template not found.')
  const fault = validateRating(input)
  if (fault) return denied(fault)
  const comment = input.comment?.trim() || null
  return context.database.transaction(async (transaction): Promise<TemplateOutcome> => {
    await transaction.run(`select 1 from template where id = $1 for update`, [template.id])
    const owner = await templateWithVendor(transaction, { id: template.id })
    if (owner?.vendorAccountId === account.id)
      return denied(refused('INVALID_PARAMETERS', 'Vendors cannot rate their own templates.', { field: 'templateId' }))
    const deployed = await transaction.row(
      `select 1 from template_install where account_id = $1 and template_id = $2 limit 1`,
      [account.id, template.id],
    )
    if (!deployed)
      return denied(
        refused('DEPLOYMENT_REQUIRED', `Only accounts that have deployed ${template.name} can rate it.`, {
          field: 'templateId',
        }),
      )
    const before = await transaction.row<Pick<TemplateRatingRow, 'stars'>>(
      `select stars from template_rating where template_id = $1 and account_id = $2`,
      [template.id, account.id],
    )
    await transaction.run(
      `insert into template_rating (template_id, account_id, stars, comment, at) values ($1, $2, $3, $4, $5)
       on conflict (template_id, account_id) do update set stars = excluded.stars, comment = excluded.comment, at = excluded.at`,
      [template.id, account.id, input.stars, comment, context.clock.now()],
    )
    await transaction.run(
      `update template set rating_count = rating_count + $2, rating_sum = rating_sum + $3,
         rating = round((rating_sum + $3)::numeric / (rating_count + $2), 4) where id = $1`,
      [template.id, before ? 0 : 1, input.stars - (before?.stars ?? 0)],
    )
    const [now] = await templatesByIds(transaction, [template.id])
    return { kind: 'template', template: now! }
  })
}

function validateRating({ stars, comment }: RateTemplate): Refused | null {
  if (!Number.isInteger(stars) || stars < 1 || stars > 5)
    return refused('INVALID_PARAMETERS', 'stars must be between 1 and 5.', { field: 'stars' })
  if (comment && (comment.length > MAX_COMMENT_LENGTH || !isPostgresSafe(comment)))
    return refused('INVALID_PARAMETERS', `comment must be at most ${MAX_COMMENT_LENGTH} characters long.`, {
      field: 'comment',
    })
  return null
}

/** Ratings of a template, latest first, without their authors. */
export const ratingsOf = (sql: Sql, templateId: string, request: PageRequest): Promise<Page<TemplateRatingRow>> =>
  readPage<TemplateRatingRow>(
    request,
    `ratings ${templateId}`,
    (row) => [row.at.toISOString(), row.accountId],
    (limit, after) =>
      sql.rows(
        `select * from template_rating where template_id = $1
           and ($2::timestamptz is null or (date_trunc('milliseconds', at), account_id) < ($2, $3))
         order by date_trunc('milliseconds', at) desc, account_id desc limit $4`,
        [templateId, after?.[0] ?? null, after?.[1] ?? null, limit],
      ),
  )

import type { RateTemplateArgs } from '#schema/marketplace/template-mutations.input.js'
import { sql } from 'kysely'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { TemplateDone, TemplateOutcome } from '../authoring/create-template.js'
import { findPublished, templatesByIds } from '../templates/template-queries.js'
import { lockTemplate } from '../templates/template-records.js'

const MAX_COMMENT_LENGTH = 2_000

/** Rates a template for an account that has deployed it. A new rating replaces the earlier one. */
export async function rateTemplate(context: CatalogContext, input: RateTemplateArgs): Promise<TemplateOutcome> {
  const account = await requireAccount(context, input.accountId, 'deployments:manage')
  const template = await findPublished(context.database, input.templateId)
  if (!template || template.deletedAt) throw new AppError('NOT_FOUND', 'Template not found.')
  const fault = validateRating(input)
  if (fault) return denied(fault)
  const comment = input.comment?.trim() || null
  const { id: templateId } = template
  return runIdempotent<TemplateDone>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'rateTemplate', input.idempotencyKey),
    request: { ...input, accountId: account.id },
    replay: (transaction) => present(transaction, templateId),
    execute: async (transaction) => {
      const locked = await lockTemplate(transaction, template.id)
      if (locked?.vendorAccountId === account.id)
        return denied(
          refused('INVALID_PARAMETERS', 'Vendors cannot rate their own templates.', { field: 'templateId' }),
        )
      const deployed = await transaction.query
        .selectFrom('template_install')
        .select('deploymentId')
        .where('accountId', '=', account.id)
        .where('templateId', '=', template.id)
        .limit(1)
        .executeTakeFirst()
      if (!deployed)
        return denied(
          refused('DEPLOYMENT_REQUIRED', `Only accounts that have deployed ${template.name} can rate it.`, {
            field: 'templateId',
          }),
        )
      const before = await transaction.query
        .selectFrom('template_rating')
        .select('stars')
        .where('templateId', '=', template.id)
        .where('accountId', '=', account.id)
        .executeTakeFirst()
      const rating = { stars: input.stars, comment, at: context.clock.now() }
      await transaction.query
        .insertInto('template_rating')
        .values({ id: transaction.newId('rtg'), templateId: template.id, accountId: account.id, ...rating })
        .onConflict((conflict) => conflict.columns(['templateId', 'accountId']).doUpdateSet(rating))
        .execute()
      const ratingCount = sql<number>`rating_count + ${before ? 0 : 1}::int`
      const ratingSum = sql<number>`rating_sum + ${input.stars - (before?.stars ?? 0)}::int`
      await transaction.query
        .updateTable('template')
        .set({ ratingCount, ratingSum, rating: sql`round((${ratingSum})::numeric / (${ratingCount}), 4)` })
        .where('id', '=', template.id)
        .execute()
      return { value: await present(transaction, templateId), reference: { __typename: 'Template', id: templateId } }
    },
  })
}

async function present(transaction: Transaction, id: string): Promise<TemplateDone> {
  const [template] = await templatesByIds(transaction, [id])
  if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
  return { kind: 'template', template }
}

function validateRating({ stars, comment }: RateTemplateArgs): Refused | null {
  const issues: InputIssue[] = []
  const add = (field: string, message: string) => issues.push({ path: [field], code: 'INVALID_PARAMETERS', message })
  if (!Number.isInteger(stars) || stars < 1 || stars > 5) add('stars', 'stars must be between 1 and 5.')
  if (comment && (comment.length > MAX_COMMENT_LENGTH || !isPostgresSafe(comment)))
    add('comment', `comment must be at most ${MAX_COMMENT_LENGTH} characters long.`)
  const [first, ...rest] = issues
  return first ? refusedInput([first, ...rest]) : null
}

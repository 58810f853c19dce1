import { sql } from 'kysely'
import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { CountedPage } from '../templates/template-queries.js'

export interface ReviewQueueFilter {
  /** Statuses of the version: SUBMITTED or UNDER_REVIEW. Default: both. */
  readonly statuses?: readonly TemplateStatus[] | null
  readonly vendorId?: string | null
}

/** The templates that wait for a review or are in one, the longest waiting first. For operators. */
export async function reviewQueue(
  context: IdentityContext,
  filter: ReviewQueueFilter,
  request: PageRequest,
): Promise<CountedPage<TemplateRow>> {
  const page = await readPage<TemplateRow & { submittedAt: Date; versionId: string }>(
    request,
    'the review queue',
    (row) => [row.submittedAt.toISOString(), row.versionId],
    (limit, after) =>
      selectWaiting(context.database, filter)
        .selectAll('template')
        .select(['version.id as versionId', 'version.submittedAt'])
        .$narrowType<{ submittedAt: Date }>()
        .$if(after !== null, (query) =>
          query.where(sql<boolean>`(${SUBMITTED_AT}, version.id) > (${after![0]}, ${after![1]})`),
        )
        .orderBy(SUBMITTED_AT)
        .orderBy('version.id')
        .limit(limit)
        .execute(),
  )
  const { total } = await selectWaiting(context.database, filter)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return { ...page, totalCount: total }
}

const SUBMITTED_AT = sql<Date>`date_trunc('milliseconds', version.submitted_at)`

const selectWaiting = ({ query }: Sql, { statuses, vendorId }: ReviewQueueFilter) =>
  query
    .selectFrom('template_version as version')
    .innerJoin('template', 'template.id', 'version.templateId')
    .$if(Boolean(statuses), (rows) => rows.where(sql<boolean>`version.status = any(${[...statuses!]})`))
    .$if(Boolean(vendorId), (rows) => rows.where('template.vendorId', '=', vendorId!))
    .where('version.status', 'in', [sql.lit('SUBMITTED' as const), sql.lit('UNDER_REVIEW' as const)])

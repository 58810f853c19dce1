import { sql } from 'kysely'
import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
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
  const page = await readRows(
    request,
    'the review queue',
    selectWaiting(context.database, filter)
      .selectAll('template')
      .select(['version.id as versionId', 'version.submittedAt'])
      .$narrowType<{ submittedAt: Date }>(),
    {
      by: [
        { by: SUBMITTED_AT, of: ({ submittedAt }) => submittedAt.toISOString() },
        { by: 'version.id', of: ({ versionId }) => versionId },
      ],
      ascending: true,
    },
  )
  return { ...page, totalCount: await page.countAll() }
}

const SUBMITTED_AT = sql<Date>`date_trunc('milliseconds', version.submitted_at)`

const selectWaiting = ({ query }: Sql, { statuses, vendorId }: ReviewQueueFilter) =>
  query
    .selectFrom('template_version as version')
    .innerJoin('template', 'template.id', 'version.templateId')
    .$if(Boolean(statuses), (rows) => rows.where(sql<boolean>`version.status = any(${[...statuses!]})`))
    .$if(Boolean(vendorId), (rows) => rows.where('template.vendorId', '=', vendorId!))
    .where('version.status', 'in', [sql.lit('SUBMITTED' as const), sql.lit('UNDER_REVIEW' as const)])

import { Args, ArgsType, Ctx, ID, Resolver } from 'type-graphql'
import type { AuditEntryRow } from '../../entities/kernel/audit-entry.entity.js'
import { field, query } from '../../schema/kernel/decorators.js'
import { pageArgs } from '../../schema/kernel/page-args.js'
import { DateTime } from '../../schema/kernel/scalars.js'
import { AuditLogConnection, type AuditEntry } from '../../schema/ops/audit.type.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import { auditLog } from '../../services/ops/audit/audit-log.js'
import type { RequestContext } from '../../context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'

const ENTRIES_PER_PAGE = 50

export const toAuditEntry = (row: AuditEntryRow): AuditEntry => ({
  __typename: 'AuditEntry',
  id: row.id,
  at: row.at,
  actor: row.actor,
  action: row.action,
  object: row.object,
  accountId: row.accountId,
  details: row.details,
  times: row.times,
})

@ArgsType()
class AuditLogArgs extends pageArgs(ENTRIES_PER_PAGE) {
  @field('Only by this user, key or agent, by its id.', () => String, { nullable: true })
  actor?: string | null

  @field('Only about this object, by its id.', () => ID, { nullable: true })
  object?: string | null

  @field('Only this action; `operator.*` is all that begins so.', () => String, { nullable: true })
  action?: string | null

  @field('Only what concerns this account, by id or reference.', () => ID, { nullable: true })
  accountId?: string | null

  @field('Only from this moment of the machine clock on.', () => DateTime, { nullable: true })
  from?: Date | null

  @field('Only before this moment of the machine clock.', () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver()
export class AuditResolver {
  @query(
    'Who did what, the latest first: changes, refused attempts, and what operators looked at. For operators.',
    () => AuditLogConnection,
  )
  async auditLog(
    @Ctx() context: RequestContext,
    @Args(() => AuditLogArgs) args: AuditLogArgs,
  ): Promise<AuditLogConnection> {
    const page = await auditLog(context, args, pageRequest(args, ENTRIES_PER_PAGE))
    return toConnection(page, page.items.map(toAuditEntry))
  }
}

import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import { AuditEntry, AuditEntryConnection, AuditFilter } from '#schema/ops/audit.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { auditLog } from '#services/ops/audit/audit-log.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toActor } from '../identity/actor.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'

const ENTRIES_PER_PAGE = 50

export const toAuditEntry = (row: AuditEntryRow): AuditEntry => ({
  __typename: 'AuditEntry',
  id: row.id,
  at: row.at,
  actor: toActor(row.actor),
  action: row.action,
  object: row.object,
  accountId: row.accountId,
  details: row.details,
  occurrenceCount: row.occurrences,
})

@ArgsType()
class AuditLogArgs extends twoWayPageArgs(ENTRIES_PER_PAGE) {
  @field('Entries to return. Default: all.', () => AuditFilter, { nullable: true })
  filter?: AuditFilter | null
}

@Resolver(() => AuditEntry)
export class AuditResolver {
  @query('Audit log, newest first: changes, rejected attempts and operator reads.', () => AuditEntryConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async auditLog(
    @Ctx() context: RequestContext,
    @Args(() => AuditLogArgs) args: AuditLogArgs,
  ): Promise<AuditEntryConnection> {
    const page = await auditLog(context, args.filter ?? {}, pageRequest(args, ENTRIES_PER_PAGE))
    return toConnection(page, page.items.map(toAuditEntry))
  }

  @fieldResolver('Account that the action concerns. Null if none.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: AuditEntry): Promise<Account | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && toAccount(row)
  }
}

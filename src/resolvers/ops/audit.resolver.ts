import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import { Account } from '#schema/identity/account.type.js'
import { User } from '#schema/identity/user.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { AuditEntry, AuditEntryConnection } from '#schema/ops/audit.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import { auditLog } from '#services/ops/audit/audit-log.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount, toUser } from '../identity/account.mapper.js'
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
  occurrences: row.occurrences,
})

@ArgsType()
class AuditLogArgs extends twoWayPageArgs(ENTRIES_PER_PAGE) {
  @field('ID of the user, key or agent whose entries to return. Default: all.', () => String, { nullable: true })
  actor?: string | null

  @field('ID of the object whose entries to return. Default: all.', () => ID, { nullable: true })
  object?: string | null

  @field('Action to return; `operator.*` matches every action with this prefix. Default: all.', () => String, {
    nullable: true,
  })
  action?: string | null

  @field('Account whose entries to return, by ID or reference. Default: all.', () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Text that the details contain, for example a part of a reason, at most 255 characters. Default: no condition. Without `actor`, `object` or `accountId`, the range has at most 366 days.',
    () => String,
    {
      nullable: true,
    },
  )
  text?: string | null

  @field(
    'Start of the range, inclusive (machine clock). Default: unbounded; with only a `text`, thirty days before its end.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null

  @field('End of the range, exclusive (machine clock). Default: now.', () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver(() => AuditEntry)
export class AuditResolver {
  @query(
    'Audit log, newest first: changes, rejected attempts and operator reads. Requires an operator.',
    () => AuditEntryConnection,
    { nullable: true },
  )
  async auditLog(
    @Ctx() context: RequestContext,
    @Args(() => AuditLogArgs) args: AuditLogArgs,
  ): Promise<AuditEntryConnection> {
    const page = await auditLog(context, args, pageRequest(args, ENTRIES_PER_PAGE))
    return toConnection(page, page.items.map(toAuditEntry))
  }

  @fieldResolver('User who acted. Null for keys, agents, the server itself, and deleted users.', () => User, {
    nullable: true,
  })
  async actorUser(@Ctx() context: RequestContext, @Root() { actor }: AuditEntry): Promise<User | null> {
    const user = prefixOf(actor) === 'usr' ? await context.loaders.user.load(actor) : null
    return user ? toUser(user) : null
  }

  @fieldResolver('Account that the action concerns. Null if none.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: AuditEntry): Promise<Account | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && toAccount(row)
  }
}

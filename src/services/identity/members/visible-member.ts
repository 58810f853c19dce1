import type { MemberRow } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdentityContext } from '../model/caller.js'
import { visibleObject } from '../model/read-visible.js'

/** A member. Null for callers that cannot read the members of the account. */
export const visibleMember = (context: IdentityContext, member: MemberRow | null): Promise<MemberRow | null> =>
  visibleObject(context, member, 'members:read')

export const membersByIds = (sql: Sql, ids: readonly string[]): Promise<MemberRow[]> =>
  sql.query.selectFrom('member').selectAll().where('id', 'in', ids).execute()

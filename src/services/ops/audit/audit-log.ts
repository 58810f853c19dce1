import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import { mayOperate, requireOperator } from '#services/identity/guard/guard.js'
import type { IdentityContext } from '#services/identity/caller.js'

/** Filter for audit entries. Undefined fields do not filter. */
export interface AuditFilter {
  readonly actor?: string | null
  readonly object?: string | null
  /** Ends with `*` for all that begin so, as `operator.*`. */
  readonly action?: string | null
  readonly accountId?: string | null
  /** Machine time. */
  readonly from?: Date | null
  readonly to?: Date | null
}

/** Audit entries, latest first. Operators only; the access is audited itself. */
export async function auditLog(
  context: IdentityContext,
  filter: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditEntryRow>> {
  requireOperator(context, 'ops:read')
  const { actor = null, object = null, from = null, to = null } = filter
  const named = filter.accountId ?? null
  // An account that was deleted is still in the log by its id.
  const accountId = named === null ? null : ((await findAccount(context.database, named))?.id ?? named)
  return readPage<AuditEntryRow>(
    request,
    'audit',
    (row) => [row.id],
    (limit, after) =>
      context.database.rows<AuditEntryRow>(
        `select * from audit_entry where ($1::text is null or id < $1) and ($2::text is null or actor = $2) and ($3::text is null or object = $3)
           and ($4::text is null or action like $4) and ($5::text is null or account_id = $5)
           and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
         order by id desc limit $8`,
        [after?.[0] ?? null, actor, object, actionPattern(filter.action ?? null), accountId, from, to, limit],
      ),
  )
}

const actionPattern = (action: string | null): string | null =>
  action === null ? null : action.replace(/[\\%_]/g, (sign) => `\\${sign}`).replace(/\*$/, '%')

/** One entry, for operators; null for everybody else. */
export async function auditEntry(context: IdentityContext, id: string): Promise<AuditEntryRow | null> {
  if (!mayOperate(context, 'ops:read')) return null
  return (await context.database.row<AuditEntryRow>(`select * from audit_entry where id = $1`, [id])) ?? null
}

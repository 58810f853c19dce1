import type { AuditFilter } from '#schema/ops/audit.type.js'
import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import type { Table } from '#services/kernel/files/table.js'
import type { Page } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { auditLog } from './audit-log.js'

const ROWS_AT_ONCE = 1_000
const COLUMNS = ['id', 'at', 'actor', 'actor_email', 'action', 'object', 'account', 'occurrences', 'details'] as const

/** Audit entries that the filter selects, latest first, as a table. Operators only; the access is audited itself. */
export async function auditLogCsv(context: IdentityContext, filter: AuditFilter): Promise<Table> {
  requireOperator(context, 'ops:read')
  // Reads the first page before anything is sent, so that a caller without permission gets an error.
  const first = await auditLog(context, filter, { first: ROWS_AT_ONCE, after: null })
  return { columns: COLUMNS, rows: rowsFrom(context, filter, first) }
}

async function* rowsFrom(
  context: IdentityContext,
  filter: AuditFilter,
  first: Page<AuditEntryRow>,
): AsyncGenerator<readonly unknown[]> {
  for (let page = first; ;) {
    const { emails, accounts } = await namesIn(context, page.items)
    for (const { id, at, actor, action, object, accountId, occurrences, details } of page.items)
      yield [
        id,
        at.toISOString(),
        actor,
        emails.get(actor) ?? '',
        action,
        object,
        accounts.get(accountId ?? '') ?? accountId ?? '',
        occurrences,
        details === null ? '' : JSON.stringify(details),
      ]
    if (!page.hasNextPage) return
    page = await auditLog(context, filter, { first: ROWS_AT_ONCE, after: page.cursors.at(-1)! })
  }
}

/** Addresses of the users and references of the accounts of a page. Deleted ones have none. */
async function namesIn({ database: { query } }: IdentityContext, rows: readonly AuditEntryRow[]) {
  const actors = [...new Set(rows.map(({ actor }) => actor))]
  const accountIds = [...new Set(rows.flatMap(({ accountId }) => accountId ?? []))]
  const [users, found] = await Promise.all([
    actors.length ? query.selectFrom('app_user').select(['id', 'email']).where('id', 'in', actors).execute() : [],
    accountIds.length
      ? query.selectFrom('account').select(['id', 'kind', 'externalId']).where('id', 'in', accountIds).execute()
      : [],
  ])
  return {
    emails: new Map(users.map(({ id, email }) => [id, email])),
    accounts: new Map(found.map(({ id, kind, externalId }) => [id, `${kind.toLowerCase()}:${externalId}`])),
  }
}

import type { AuditFilter } from '#schema/ops/audit.type.js'
import { sql } from 'kysely'
import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import { containsPattern, escapeLike } from '#services/kernel/database/contains-pattern.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { firstIdAt } from '#services/kernel/ids/ids.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import type { IdentityContext } from '#services/identity/model/caller.js'

/** Audit entries, latest first. */
export async function auditLog(
  context: IdentityContext,
  filter: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditEntryRow>> {
  const { actor, object, action, search, to } = filter
  const pattern = containsPattern(search, 'search')
  const from = startOfSearch(filter, context.timers.now())
  const named = filter.account ?? null
  // An account that was deleted is still in the log by its id.
  const accountId = named === null ? null : ((await findAccount(context.database, named))?.id ?? named)
  return readRows(
    request,
    'audit',
    context.database.query
      .selectFrom('audit_entry')
      .selectAll()
      .$if(isGiven(actor), (query) => query.where('actor', '=', actor!))
      .$if(isGiven(object), (query) => query.where('object', '=', object!))
      .$if(isGiven(action), (query) => query.where('action', 'like', actionPattern(action!)))
      .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!))
      .$if(pattern !== null, (query) => query.where(sql<string>`details::text`, 'ilike', pattern!))
      .$if(isGiven(from), (query) =>
        // IDs ascend with time, so that the scan ends at the start of the range.
        query.where('at', '>=', from!).where('id', '>=', firstIdAt('aud', new Date(from!.getTime() - ID_TOLERANCE_MS))),
      )
      .$if(isGiven(to), (query) => query.where('at', '<', to!)),
  )
}

const DAY_MS = 86_400_000
const DEFAULT_SEARCH_DAYS = 30
const MAX_SEARCH_DAYS = 366
/** Clocks of processes and of the database may differ by less than this. */
const ID_TOLERANCE_MS = DAY_MS

/** Start of the range. A text that no index narrows is searched for in thirty days, or in a requested range of at most a year. */
function startOfSearch({ actor, object, account, search, from, to }: AuditFilter, now: number): Date | null {
  if (!search?.trim() || isGiven(actor) || isGiven(object) || isGiven(account)) return from ?? null
  const end = Math.min(to?.getTime() ?? now, now)
  if (!from) return new Date(end - DEFAULT_SEARCH_DAYS * DAY_MS)
  if (end - from.getTime() <= MAX_SEARCH_DAYS * DAY_MS) return from
  throw new AppError(
    'BAD_USER_INPUT',
    `A text without actor, object or account is searched for in at most ${MAX_SEARCH_DAYS} days.`,
    { details: { field: 'from' } },
  )
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined

const actionPattern = (action: string): string => escapeLike(action).replace(/\*$/, '%')

export const auditEntriesByIds = ({ query }: Sql, ids: readonly string[]): Promise<AuditEntryRow[]> =>
  query.selectFrom('audit_entry').selectAll().where('id', 'in', ids).execute()

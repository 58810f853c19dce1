import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '../caller.js'
import { visibleAccount } from '../guard/guard.js'

/** Open invitations of an account, oldest first, for callers that can invite. Empty otherwise. */
export async function invitationsOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<InvitationRow>> {
  if (!(await visibleAccount(context, accountId, 'members:manage'))) return EMPTY_PAGE
  return readPage<InvitationRow>(
    request,
    `invitations ${accountId}`,
    (row) => [row.id],
    (limit, after) =>
      context.database.rows(
        `select * from invitation where account_id = $1 and accepted_at is null and canceled_at is null
           and ($3::text is null or id > $3) order by id limit $2`,
        [accountId, limit, after?.[0] ?? null],
      ),
  )
}

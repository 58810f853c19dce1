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
      context.database.query
        .selectFrom('invitation')
        .selectAll()
        .where('accountId', '=', accountId)
        .where('acceptedAt', 'is', null)
        .where('canceledAt', 'is', null)
        .$if(!!after, (query) => query.where('id', '>', after![0]!))
        .orderBy('id')
        .limit(limit)
        .execute(),
  )
}

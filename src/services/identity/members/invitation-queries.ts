import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { IdentityContext } from '../model/caller.js'
import { requireAccount } from '../model/guard.js'

export type InvitationState = 'PENDING' | 'ACCEPTED' | 'CANCELED' | 'EXPIRED'

/** States of invitations that can be sent again or canceled. */
const OPEN: readonly InvitationState[] = ['PENDING', 'EXPIRED']

/** Invitations of an account in some states, by default the open ones, oldest first. Throws without permission. */
export async function invitationsOf(
  context: IdentityContext,
  accountId: string,
  statuses: readonly InvitationState[] | null | undefined,
  request: PageRequest,
): Promise<CountablePage<InvitationRow>> {
  await requireAccount(context, accountId, 'access:read')
  const wanted = statuses ?? OPEN
  const now = context.clock.now()
  const invitations = context.database.query
    .selectFrom('invitation')
    .where('accountId', '=', accountId)
    .where((eb) => {
      const isOpen = eb.and([eb('acceptedAt', 'is', null), eb('canceledAt', 'is', null)])
      return eb.or([
        ...(wanted.includes('PENDING') ? [eb.and([isOpen, eb('expiresAt', '>', now)])] : []),
        ...(wanted.includes('EXPIRED') ? [eb.and([isOpen, eb('expiresAt', '<=', now)])] : []),
        ...(wanted.includes('ACCEPTED') ? [eb('acceptedAt', 'is not', null)] : []),
        ...(wanted.includes('CANCELED')
          ? [eb.and([eb('canceledAt', 'is not', null), eb('acceptedAt', 'is', null)])]
          : []),
      ])
    })
  return readRows(request, `invitations ${accountId}`, invitations.selectAll(), { ascending: true })
}

export const invitationsByIds = (sql: Sql, ids: readonly string[]): Promise<InvitationRow[]> =>
  sql.query.selectFrom('invitation').selectAll().where('id', 'in', ids).execute()

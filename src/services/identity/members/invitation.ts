import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import type { IdentityContext } from '../model/caller.js'
import { requireUser } from './load-membership.js'

/** The invitation of a token. Null if there is none, or if it was accepted or canceled. */
export async function invitation(context: IdentityContext, token: string): Promise<InvitationRow | null> {
  const found = await openInvitations(context.database)
    .selectAll()
    .where('tokenHash', '=', hashSecret(token))
    .executeTakeFirst()
  return found ?? null
}

/** Pending invitations for the email address of the caller, oldest first. */
export async function invitationsForViewer(
  context: IdentityContext,
  request: PageRequest,
): Promise<CountablePage<InvitationRow>> {
  const { email, emailVerified, userId } = requireUser(context)
  if (!emailVerified) throw new AppError('FORBIDDEN', 'Verify your email address to see your invitations.')
  const invitations = openInvitations(context.database)
    .where('email', '=', email.trim().toLowerCase())
    .where('expiresAt', '>', context.clock.now())
  return readRows(request, `invitations for ${userId}`, invitations.selectAll(), { ascending: true })
}

const openInvitations = ({ query }: Sql) =>
  query.selectFrom('invitation').where('acceptedAt', 'is', null).where('canceledAt', 'is', null)

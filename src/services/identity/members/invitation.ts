import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import { countRows } from '../accounts/account-queries.js'
import type { IdentityContext } from '../model/caller.js'
import { requireUser } from './load-membership.js'

/** An invitation before it is accepted: it shows no more than the invited person needs. */
export interface InvitationPreview {
  readonly accountName: string
  readonly role: MemberRole
  readonly inviterName: string | null
  readonly expiresAt: Date
}

/** An invitation with the names of its preview. */
interface OpenInvitation extends Omit<InvitationPreview, 'inviterName'> {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
}

/** The invitation of a token. Null if there is none, or if it was accepted or canceled. */
export async function invitation(context: IdentityContext, token: string): Promise<InvitationPreview | null> {
  const found = await openInvitations(context.database)
    .select(PREVIEW)
    .where('i.tokenHash', '=', hashSecret(token))
    .executeTakeFirst()
  return found ? toPreview(found) : null
}

/** Pending invitations for the email address of the caller, oldest first. */
export async function invitationsForViewer(
  context: IdentityContext,
  request: PageRequest,
): Promise<CountablePage<InvitationPreview>> {
  const { email, emailVerified, userId } = requireUser(context)
  if (!emailVerified) throw new AppError('FORBIDDEN', 'Verify your email address to see your invitations.')
  const invitations = openInvitations(context.database)
    .where('i.email', '=', email.trim().toLowerCase())
    .where('i.expiresAt', '>', context.clock.now())
  const page = await readPage<OpenInvitation>(
    request,
    `invitations for ${userId}`,
    (row) => [row.id],
    (limit, after) =>
      invitations
        .select(PREVIEW)
        .$if(!!after, (query) => query.where('i.id', '>', after![0]!))
        .orderBy('i.id')
        .limit(limit)
        .execute(),
  )
  return { ...page, items: page.items.map(toPreview), countAll: () => countRows(invitations) }
}

const PREVIEW = ['i.id', 'i.role', 'i.expiresAt', 'a.name as accountName', 'u.name', 'u.email'] as const

const openInvitations = ({ query }: Sql) =>
  query
    .selectFrom('invitation as i')
    .innerJoin('account as a', 'a.id', 'i.accountId')
    .leftJoin('app_user as u', 'u.id', 'i.invitedBy')
    .where('i.acceptedAt', 'is', null)
    .where('i.canceledAt', 'is', null)

const toPreview = ({ accountName, role, expiresAt, name, email }: OpenInvitation): InvitationPreview => ({
  accountName,
  role,
  inviterName: name ?? email,
  expiresAt,
})

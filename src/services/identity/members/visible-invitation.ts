import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { visibleObject } from '../model/read-visible.js'

/** An invitation. Null for callers that cannot read the invitations of its account. */
export const visibleInvitation = (context: IdentityContext, row: InvitationRow | null): Promise<InvitationRow | null> =>
  visibleObject(context, row, 'access:read')

/** Returns true if the caller is the person whom an open invitation invites. */
export const isInvited = ({ caller }: IdentityContext, row: InvitationRow): boolean =>
  caller.kind === 'user' &&
  caller.emailVerified &&
  caller.email.trim().toLowerCase() === row.email &&
  !row.acceptedAt &&
  !row.canceledAt

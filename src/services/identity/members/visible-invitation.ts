import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { IdentityContext } from '../caller.js'
import { visibleObject } from '../guard/read-visible.js'
import { findInvitation } from './send-invitation.js'

/** An invitation by ID. Null for callers that cannot manage the members of its account. */
export const visibleInvitation = async (context: IdentityContext, id: string): Promise<InvitationRow | null> =>
  visibleObject(context, await findInvitation(context.database, id), 'members:manage')

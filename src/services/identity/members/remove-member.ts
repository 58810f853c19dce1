import type { RemoveMemberArgs } from '#schema/identity/change-member.type.js'
import type { MemberOutcome } from './accept-invitation.js'
import { checkRemoval } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { changeMember, removeFromAccount } from './change-member.js'

/** Removes a member. Features per seat count the member until the period ends. */
export function removeMember(context: MembersContext, named: RemoveMemberArgs): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: checkRemoval,
    apply: (transaction, found) => removeFromAccount(context, transaction, found, 'member.removed'),
  })
}

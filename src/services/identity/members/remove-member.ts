import type { MemberOutcome } from './accept-invitation.js'
import { checkRemoval } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { type NamedMember, changeMember, removeFromAccount } from './change-member.js'

/** Removes a member. Features per seat count the member until the period ends. */
export function removeMember(context: MembersContext, named: NamedMember): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: checkRemoval,
    apply: (transaction, found) => removeFromAccount(context, transaction, found, 'member.removed'),
  })
}

import type { LeaveAccountArgs } from '#schema/identity/change-member.type.js'
import type { MemberOutcome } from './accept-invitation.js'
import { checkRemoval } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { changeMember, removeFromAccount } from './change-member.js'

/** Leaves an account; its last owner cannot. */
export function leaveAccount(context: MembersContext, { accountId }: LeaveAccountArgs): Promise<MemberOutcome> {
  return changeMember(
    context,
    { accountId: accountId ?? null, userId: null },
    {
      permission: 'account:read',
      denialFor: checkRemoval,
      apply: (transaction, found) => removeFromAccount(context, transaction, found, 'member.left'),
    },
  )
}

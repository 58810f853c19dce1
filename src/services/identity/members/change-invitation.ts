import type { AccountRow } from '#entities/identity/account.entity.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { requireAccount, requireSignedIn } from '../guard/guard.js'
import type { UserCaller } from '../caller.js'
import type { InvitationOutcome } from './invite-member.js'
import type { MembersContext } from './member-slots.js'
import { requireUser } from './load-membership.js'
import { findInvitation } from './send-invitation.js'

interface Found {
  readonly account: AccountRow
  readonly inviter: UserCaller
  readonly invitation: InvitationRow
  readonly at: Date
}

type Changed = { readonly row: InvitationRow; readonly action: string } | Denial

export async function changeInvitation(
  context: MembersContext,
  id: string,
  apply: (transaction: Transaction, found: Found) => Promise<Changed>,
): Promise<InvitationOutcome> {
  requireSignedIn(context)
  const known = await findInvitation(context.database, id)
  const missing = () => new AppError('NOT_FOUND', 'Invitation not found.')
  if (!known) throw missing()
  const account = await requireAccount(context, known.accountId, 'members:manage')
  const inviter = requireUser(context)
  return context.database.transaction<InvitationOutcome>(async (transaction) => {
    await lockAccount(transaction, account.id)
    const invitation = (await findInvitation(transaction, id))!
    const at = context.clock.now()
    if (invitation.acceptedAt || invitation.canceledAt)
      return denied(
        refused(
          'INVALID_TRANSITION',
          `This invitation was already ${invitation.acceptedAt ? 'accepted' : 'canceled'}.`,
        ),
      )
    const changed = await apply(transaction, { account, inviter, invitation, at })
    if (!('row' in changed)) return denied(changed)
    await recordAccountEvent(transaction, account.id, at, {
      type: changed.action,
      summary: `The invitation of ${invitation.email} was ${changed.action.endsWith('resent') ? 'sent again' : 'canceled'}.`,
      data: { invitationId: id, email: invitation.email, by: inviter.userId },
    })
    await recordChange(transaction, {
      accountId: account.id,
      actor: inviter.principal,
      action: changed.action,
      object: id,
      details: { email: invitation.email },
    })
    return { kind: 'invitation', invitation: changed.row }
  })
}

import type { AccountRow } from '#entities/identity/account.entity.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { requireAccount, requireSignedIn } from '../model/guard.js'
import { idempotencyScope } from '../idempotency-scope.js'
import type { UserCaller } from '../model/caller.js'
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

type InvitationEventType = 'member.invitation_resent' | 'member.invitation_canceled'

type Changed = { readonly row: InvitationRow; readonly action: InvitationEventType } | Denial

/** Writes a change of an invitation, or denies it. */
export type ApplyChange = (transaction: Transaction, found: Found) => Promise<Changed>

interface Change {
  /** True if an invitation is already as requested. */
  readonly isDone?: (invitation: InvitationRow) => boolean
  readonly apply: ApplyChange
}

/** An invitation to change, and the attempt, for changes that must not be repeated. */
interface NamedInvitation {
  readonly invitationId: string
  readonly attempt?: { readonly mutation: string; readonly idempotencyKey: string }
}

/** Under the account lock: checks permission and state, writes and publishes. */
export async function changeInvitation(
  context: MembersContext,
  { invitationId, attempt }: NamedInvitation,
  change: Change,
): Promise<InvitationOutcome> {
  requireSignedIn(context)
  const known = await findInvitation(context.database, invitationId)
  if (!known) throw new AppError('NOT_FOUND', 'Invitation not found.')
  const account = await requireAccount(context, known.accountId, 'members:manage')
  const inviter = requireUser(context)
  const execute = (transaction: Transaction) => changeLocked(context, transaction, { account, inviter, known }, change)
  const outcome = attempt
    ? await runIdempotent<InvitationRow>(context.database, {
        scope: idempotencyScope(context.caller, account.id, attempt.mutation, attempt.idempotencyKey),
        request: { invitationId },
        replay: async (transaction) => (await findInvitation(transaction, invitationId))!,
        execute: async (transaction) => {
          const changed = await execute(transaction)
          return 'kind' in changed
            ? changed
            : { value: changed, reference: { __typename: 'Invitation', id: invitationId } }
        },
      })
    : await context.database.transaction(execute)
  return 'kind' in outcome ? outcome : { kind: 'invitation', invitation: outcome }
}

async function changeLocked(
  context: MembersContext,
  transaction: Transaction,
  { account, inviter, known: { id } }: { account: AccountRow; inviter: UserCaller; known: InvitationRow },
  { isDone, apply }: Change,
): Promise<InvitationRow | Denied> {
  await lockAccount(transaction, account.id)
  const invitation = (await findInvitation(transaction, id))!
  const at = context.clock.now()
  if (isDone?.(invitation)) return invitation
  if (invitation.acceptedAt || invitation.canceledAt)
    return denied(
      refused('INVALID_TRANSITION', `This invitation was already ${invitation.acceptedAt ? 'accepted' : 'canceled'}.`),
    )
  const changed = await apply(transaction, { account, inviter, invitation, at })
  if (!('row' in changed)) return denied(changed)
  await recordAccountEvent(transaction, account.id, at, {
    type: changed.action,
    outbox: true,
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
  return changed.row
}

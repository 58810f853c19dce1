import type { InviteMemberArgs } from '#schema/identity/change-invitation.type.js'
import { z } from 'zod'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, refusedInput } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import { claimName } from '../accounts/account-directory.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { requireAccount } from '../model/guard.js'
import { idempotencyScope } from '../idempotency-scope.js'
import type { MembersContext } from './member-slots.js'
import { requireUser } from './load-membership.js'
import { findInvitation, sendInvitation } from './send-invitation.js'

/** Validity of an invitation in days (business clock). */
export const INVITATION_DAYS = 14
const DAY_MS = 86_400_000

export type InvitationOutcome = { readonly kind: 'invitation'; readonly invitation: InvitationRow } | Denied

const validInvitation = z.object({
  email: z.email('The email address is not valid.').max(320, 'The email address is not valid.'),
  role: z.enum(['ADMIN', 'MEMBER'], 'Owners cannot be invited. Invite an admin or member, then change the role.'),
})

/**
 * Invites a person by email, with a token that is stored nowhere else. The member slot is allocated at the acceptance;
 * without a free slot the invitation is denied.
 */
export async function inviteMember(context: MembersContext, input: InviteMemberArgs): Promise<InvitationOutcome> {
  const account = await requireAccount(context, input.accountId, 'members:manage')
  return inviteOne(context, account, {
    email: input.email,
    role: input.role,
    idempotencyKey: input.idempotencyKey,
    mutation: 'inviteMember',
  })
}

/** Invites a person to an account that the caller manages, once per key and address. */
export async function inviteOne(
  context: MembersContext,
  account: AccountRow,
  input: Omit<InviteMemberArgs, 'accountId'> & { readonly mutation: 'inviteMember' | 'inviteMembers' },
): Promise<InvitationOutcome> {
  const inviter = requireUser(context)
  const email = input.email.trim().toLowerCase()
  const [issue, ...issues] = inputIssues(validInvitation, { email, role: input.role }, { email: 'INVALID_EMAIL' })
  if (issue) return denied(refusedInput([issue, ...issues]))

  const outcome = await runIdempotent<InvitationRow>(context.database, {
    scope: idempotencyScope(
      context.caller,
      account.id,
      // The invitations of one call share its key.
      input.mutation === 'inviteMembers' ? `inviteMembers ${email}` : input.mutation,
      input.idempotencyKey,
    ),
    request: { email, role: input.role },
    replay: async (transaction, { id }) => (await findInvitation(transaction, id))!,
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const at = context.clock.now()
      const taken = await alreadyThere(transaction, account.id, email, at)
      if (taken) return denied(refused('INVALID_TRANSITION', taken, { field: 'email' }))
      const full = await context.memberSlots.denial(transaction, account.id, at)
      if (full) return denied(full)
      const token = randomSecret()
      const tokenHash = hashSecret(token)
      await claimName(transaction, { kind: 'INVITATION', name: tokenHash }, account.id)
      const row = await transaction.query
        .insertInto('invitation')
        .values({
          id: transaction.newId('ivt'),
          accountId: account.id,
          email,
          role: input.role,
          tokenHash,
          invitedBy: inviter.userId,
          createdAt: at,
          expiresAt: new Date(at.getTime() + INVITATION_DAYS * DAY_MS),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await sendInvitation(context, transaction, { invitation: row, accountName: account.name, inviter, token })
      await recordAccountEvent(transaction, account.id, at, {
        type: 'member.invited',
        outbox: true,
        summary: `${email} was invited.`,
        data: { invitationId: row.id, email, role: input.role, by: inviter.userId },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: inviter.principal,
        action: 'member.invited',
        object: row.id,
        details: { email, role: input.role },
      })
      return { value: row, reference: { __typename: 'Invitation', id: row.id } }
    },
  })
  return 'kind' in outcome ? outcome : { kind: 'invitation', invitation: outcome }
}

/** Reason why an address cannot be invited, or null. Expired invitations are replaced. */
async function alreadyThere(
  transaction: Transaction,
  accountId: string,
  email: string,
  at: Date,
): Promise<string | null> {
  const member = await transaction.query
    .selectFrom('member as m')
    .innerJoin('app_user as u', 'u.id', 'm.userId')
    .select('m.userId')
    .where('m.accountId', '=', accountId)
    .where(({ fn }) => fn<string>('lower', ['u.email']), '=', email)
    .executeTakeFirst()
  if (member) return 'A user with this email address is already a member.'
  await transaction.query
    .updateTable('invitation')
    .set({ canceledAt: at })
    .where('accountId', '=', accountId)
    .where('email', '=', email)
    .where('acceptedAt', 'is', null)
    .where('canceledAt', 'is', null)
    .where('expiresAt', '<=', at)
    .execute()
  const open = await transaction.query
    .selectFrom('invitation')
    .select('id')
    .where('accountId', '=', accountId)
    .where('email', '=', email)
    .where('acceptedAt', 'is', null)
    .where('canceledAt', 'is', null)
    .executeTakeFirst()
  return open ? 'This email address is already invited. Resend or cancel the invitation.' : null
}

import type { UpdateAccountArgs } from '#schema/identity/change-member.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { IdentityContext } from '../model/caller.js'
import { requireAccount } from '../model/guard.js'
import { checkAccountName } from './account-name.js'
import { lockAccount, recordAccountEvent } from './account-version.js'

export type UpdateAccountOutcome = { readonly kind: 'updated'; readonly account: AccountRow } | Denied

/** Renames a team. The names of other accounts come from the tokens of their members. */
export async function updateAccount(context: IdentityContext, input: UpdateAccountArgs): Promise<UpdateAccountOutcome> {
  const { id, kind } = await requireAccount(context, input.accountId, 'members:manage')
  const name = input.name.trim()
  const denial = checkAccountName(name)
  if (denial) return denied(denial)
  if (kind !== 'TEAM') {
    const message = 'Only teams can be renamed. The names of other accounts come from the tokens of their members.'
    return denied(refused('INVALID_TRANSITION', message, { field: 'accountId' }))
  }
  return context.database.transaction<UpdateAccountOutcome>(async (transaction) => {
    const accounts = transaction.query.selectFrom('account').selectAll().where('id', '=', id)
    await lockAccount(transaction, id)
    const before = await accounts.executeTakeFirstOrThrow()
    if (before.name === name) return { kind: 'updated', account: before }
    await transaction.query.updateTable('account').set({ name }).where('id', '=', id).execute()
    await recordAccountEvent(transaction, id, context.clock.now(), {
      type: 'account.renamed',
      outbox: true,
      summary: `The team was renamed to ${name}.`,
      data: { from: before.name, to: name, by: context.caller.principal },
    })
    await recordChange(transaction, {
      accountId: id,
      actor: context.caller.principal,
      action: 'account.renamed',
      object: id,
      details: { before: { name: before.name }, after: { name } },
    })
    return { kind: 'updated', account: await accounts.executeTakeFirstOrThrow() }
  })
}

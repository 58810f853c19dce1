import { dayText } from '#services/kernel/text/readable.js'
import type { DeleteAccountArgs } from '#schema/ops/account-job.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mayOperate, requireAccount } from '#services/identity/model/guard.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import {
  type AccountJobOutcome,
  permissionOf,
  startAccountJob,
  openAccountJob,
  insertAccountJob,
  DELETION_JOB,
  writeDeletionTime,
} from './account-jobs.js'
import { DELETION_MAIL } from './deletion-mail.js'

/** Days in which a deletion can be canceled (business clock). */
export const GRACE_DAYS = 14

const DAY_MS = 86_400_000

/** Plans the deletion of an account: in fourteen days, and not before its subscriptions have ended. Its owner, or an operator for them. */
export async function deleteAccount(context: CatalogContext, input: DeleteAccountArgs): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, input.accountId, permissionOf(context))
  const costs = await Promise.all(context.declared.deletion.map((rule) => rule.describeCosts(context, account.id)))
  return startAccountJob(context, account, 'deleteAccount', input.idempotencyKey, async (transaction, at) => {
    const denial = await checkDeletion(context, transaction, account)
    if (denial) return denial
    const planned = await openAccountJob(transaction, account.id, 'DELETION')
    if (planned) return planned
    const runAt = new Date(at.getTime() + GRACE_DAYS * DAY_MS)
    const task = await insertAccountJob(context, transaction, { accountId: account.id, kind: 'DELETION', at, runAt })
    await scheduleJob(transaction, { kind: DELETION_JOB, key: task.id, accountId: account.id, runAt })
    await writeDeletionTime(transaction, account.id, runAt)
    await recordAccountEvent(transaction, account.id, at, {
      type: 'account.deletion_scheduled',
      outbox: true,
      summary: `The account will be deleted on ${dayText(runAt)}. The deletion can be canceled until then.`,
      data: { taskId: task.id, runAt, by: context.caller.principal },
    })
    await mailManagers(context, transaction, account.id, DELETION_MAIL, { name: account.name, runAt, costs })
    return task
  })
}

/** ID of an account of which the caller may read the costs of a deletion. */
export const previewedAccount = async (context: CatalogContext, accountId: string): Promise<string> =>
  (await requireAccount(context, accountId, 'access:read')).id

/** Why an account cannot be deleted now; null: it can. */
async function checkDeletion(
  context: CatalogContext,
  transaction: Transaction,
  account: AccountRow,
): Promise<Denial | null> {
  const { query } = transaction
  const userId = context.caller.kind === 'user' ? context.caller.userId : ''
  const owner = await query
    .selectNoFrom((eb) => [
      eb
        .selectFrom('member')
        .select('role')
        .where('accountId', '=', account.id)
        .where('userId', '=', userId)
        .as('role'),
      eb
        .selectFrom('member')
        .select((member) => member.fn.countAll<number>().as('count'))
        .where('accountId', '=', account.id)
        .where('role', '=', 'OWNER')
        .as('owners'),
    ])
    .executeTakeFirst()
  if (!mayOperate(context, 'ops:write') && owner?.role !== 'OWNER' && (owner?.owners ?? 0) > 0)
    return refused('INVALID_TRANSITION', 'Only an owner can delete the account.')
  for (const rule of context.declared.deletion) {
    const denial = await rule.checkRequest(context, transaction, account.id)
    if (denial) return denial
  }
  return null
}

import { dayText } from '#services/kernel/text/readable.js'
import type { DeleteAccountArgs } from '#schema/ops/account-job.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, remedy, type Denial } from '#services/kernel/denials/denial.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { liveSubscriptionsOf } from '#services/billing/queries/billing-queries.js'
import { subscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { mayOperate, requireAccount } from '#services/identity/model/guard.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  type AccountJobOutcome,
  permissionOf,
  startAccountJob,
  openAccountJob,
  insertAccountJob,
  DELETION_JOB,
  writeDeletionTime,
  runningSubscriptions,
} from './account-jobs.js'
import { DELETION_MAIL } from './deletion-mail.js'
import { deletionPreviewOf } from './deletion-preview.js'

/** Days in which a deletion can be canceled (business clock). */
export const GRACE_DAYS = 14

const DAY_MS = 86_400_000

/** Plans the deletion of an account: in fourteen days, and not before its subscriptions have ended. Its owner, or an operator for them. */
export async function deleteAccount(context: BillingContext, input: DeleteAccountArgs): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, input.accountId, permissionOf(context))
  const preview = await deletionPreviewOf(context, account.id)
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
    await mailManagers(context, transaction, account.id, DELETION_MAIL, { name: account.name, runAt, ...preview })
    return task
  })
}

/** Why an account cannot be deleted now; null: it can. */
async function checkDeletion(
  context: BillingContext,
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
  const renews = await runningSubscriptions(transaction, account.id)
    .where('cancelAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!renews) return null
  const subscriptions = await liveSubscriptionsOf(transaction, [account.id])
  const plan = subscriptions.find(({ cancelAt }) => cancelAt === null)
  return plan
    ? subscriptionConflict(plan, 'The account has an active subscription. Cancel it first.', [
        remedy('CHANGE_PLAN', 'Cancel the subscription', {
          mutation: 'cancelSubscription',
          buyer: { accountId: account.id },
        }),
      ])
    : refused('INVALID_TRANSITION', 'The account still pays for a template. Cancel its subscription first.', {
        remedies: [
          remedy('CONTINUE_CHECKOUT', 'Cancel it in the billing portal', {
            mutation: 'openBillingPortal',
            buyer: { accountId: account.id },
          }),
        ],
      })
}

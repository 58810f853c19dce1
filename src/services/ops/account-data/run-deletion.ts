import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordMemberCount } from '#services/identity/accounts/record-member-count.js'
import { membersTopic } from '#services/identity/guard/until-access-revoked.js'
import { KEYS_TOPIC } from '#services/identity/tokens/service-keys.js'
import { DELETION_JOB, findTask } from './account-jobs.js'
import { queueTopic } from '#services/deployments/commands/queue-topic.js'
import { ERASURE_POLICY } from './erasure-policy.js'

/** Interval of further attempts while a subscription is active. */
const LOOK_AGAIN_MS = 86_400_000

/**
 * Deletes an account after its grace period, in one transaction: deletes what may be deleted, including agent tokens
 * and keys, and anonymizes records that must be kept by law. Waits while a subscription is active, so that no deleted
 * account is charged.
 */
export async function runDeletion(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const known = await findTask(transaction, due.key)
    if (known?.state !== 'SCHEDULED') return
    await lockAccount(transaction, known.accountId)
    const task = (await findTask(transaction, due.key))!
    const at = context.clock.now()
    if (task.state !== 'SCHEDULED' || task.runAt > at) return
    if (await stillPaid(transaction, task)) {
      await wait(transaction, task, new Date(at.getTime() + LOOK_AGAIN_MS))
      return
    }
    await eraseRows(transaction, task.accountId)
    await deleteFormerMembers(transaction, task.accountId)
    await publish(context, transaction, task, at)
  })
}

async function stillPaid(transaction: Transaction, { accountId }: AccountJobRow): Promise<boolean> {
  const running = await transaction.row(
    `select 1 from billing_subscription where account_id = $1 and status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED')
     union all
     select 1 from product_subscription where account_id = $1 and status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED') limit 1`,
    [accountId],
  )
  return running !== undefined
}

async function wait(transaction: Transaction, { id, accountId }: AccountJobRow, runAt: Date): Promise<void> {
  await transaction.run(
    `update account_job set run_at = $2, blocked_reason = 'A subscription still runs.' where id = $1`,
    [id, runAt],
  )
  await scheduleJob(transaction, { kind: DELETION_JOB, key: id, accountId, runAt })
}

/** Events of the ledger are deleted together with the stored events. */
const DELETE_EVENTS = `insert into event_retention (account_id, deleted_through) select id, version from account where id = $1
  on conflict (account_id) do update set deleted_through = excluded.deleted_through`

/** Table by table, in the order in which nothing refers to what is gone. */
async function eraseRows(transaction: Transaction, accountId: string): Promise<void> {
  await transaction.run(
    `delete from stored_secret where path in (select 'agent/' || hash || '/compose_agent_token' from deployment where account_id = $1)`,
    [accountId],
  )
  const deployments = await transaction.rows<{ id: string }>(`select id from deployment where account_id = $1`, [
    accountId,
  ])
  for (const { id } of deployments) transaction.announce(queueTopic(id)) // held polls of their agents end
  await transaction.run(`delete from agent_nonce where agent_id in (select id from agent where account_id = $1)`, [
    accountId,
  ])
  await transaction.run(
    `update refund set reason = null where purchase_id in (select id from purchase where account_id = $1)`,
    [accountId],
  )
  for (const { table, on, set } of ERASURE_POLICY.filter(({ table }) => table !== 'member')) {
    if (on === 'delete') await transaction.run(`delete from "${table}" where account_id = $1`, [accountId])
    if (on === 'anonymize') await transaction.run(`update "${table}" set ${set} where account_id = $1`, [accountId])
  }
  await transaction.run(DELETE_EVENTS, [accountId])
  transaction.announce(KEYS_TOPIC)
  transaction.announce(membersTopic(accountId))
}

/** Removes the members. A user without another account is deleted, and is a new user at the next sign-in. */
async function deleteFormerMembers(transaction: Transaction, accountId: string): Promise<void> {
  const members = await transaction.rows<{ userId: string }>(
    `delete from member where account_id = $1 returning user_id`,
    [accountId],
  )
  await transaction.run(
    `update app_user u set email = '', name = null, subject = 'deleted:' || u.id
     where u.id = any($1) and not exists (select from member m where m.user_id = u.id)`,
    [members.map(({ userId }) => userId)],
  )
  await transaction.run(`update account set name = 'Deleted account', external_id = 'deleted:' || id where id = $1`, [
    accountId,
  ])
}

async function publish(context: Context, transaction: Transaction, task: AccountJobRow, at: Date): Promise<void> {
  const { accountId, id, requestedBy } = task
  await recordMemberCount(transaction, accountId, at)
  await recordAccountEvent(transaction, accountId, at, {
    type: 'account.deleted',
    summary: 'The account was deleted.',
    changesEntitlements: true,
    data: { taskId: id },
  })
  await transaction.run(
    `update account_job set state = 'COMPLETED', progress = 100, finished_at = $2, blocked_reason = null where id = $1`,
    [id, at],
  )
  await writeOutbox(transaction, {
    type: 'account.deleted',
    accountId,
    payload: { accountId },
    at,
    requestId: context.requestId,
  })
  await recordChange(transaction, { accountId, actor: requestedBy, action: 'account.deleted', object: accountId })
}

import { sql } from 'kysely'
import { jsonb } from '#services/kernel/database/query-builder.js'
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
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { DELETION_JOB, findTask } from './account-jobs.js'
import { tablesWithAccount } from './tables-with-account.sql.js'
import { commitToErased } from '#services/entitlements/ledger-chain/commit-to-erased.js'

/** Interval of further attempts while a rule postpones the deletion. */
const RETRY_MS = 86_400_000

/**
 * Deletes an account after its grace period, in one transaction: deletes what may be deleted, including agent tokens
 * and keys, and anonymizes records that must be kept by law. Waits while a module has a reason.
 */
export async function runDeletion(due: ScheduledJobRow, context: CatalogContext): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const known = await findTask(transaction, due.key)
    if (known?.state !== 'SCHEDULED') return
    await lockAccount(transaction, known.accountId)
    const task = (await findTask(transaction, due.key))!
    const at = context.clock.now()
    if (task.state !== 'SCHEDULED' || task.runAt > at) return
    const obstacle = await obstacleOf(context, transaction, task.accountId)
    if (obstacle) {
      await wait(transaction, task, { runAt: new Date(at.getTime() + RETRY_MS), obstacle })
      return
    }
    await commitToErased(transaction, task.accountId)
    await eraseRows(context, transaction, task.accountId)
    await deleteFormerMembers(transaction, task.accountId)
    await publish(context, transaction, task, at)
  })
}

async function obstacleOf(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
): Promise<string | null> {
  for (const rule of context.declared.deletion) {
    const obstacle = await rule.findObstacle(context, transaction, accountId)
    if (obstacle) return obstacle
  }
  const table = await keptTable(context, transaction, accountId)
  return table === null
    ? null
    : `A module that is not installed has records of the account, for example in the table ${table}. Install it until the deletion is done.`
}

/** A table of a module that was removed, with rows of the account: no installed module erases them. */
async function keptTable({ declared }: Context, transaction: Transaction, accountId: string): Promise<string | null> {
  const erased = new Set<string>(declared.erasure.map((rule) => rule.table))
  for (const { name } of await transaction.rows(tablesWithAccount)) {
    if (erased.has(name)) continue
    const found = await transaction.query
      .selectFrom(sql`${sql.table(name)}`.as('t'))
      .select(sql<number>`1`.as('one'))
      .where(sql<boolean>`t.account_id = ${accountId}`)
      .limit(1)
      .executeTakeFirst()
    if (found) return name
  }
  return null
}

async function wait(
  transaction: Transaction,
  { id, accountId }: AccountJobRow,
  { runAt, obstacle }: { readonly runAt: Date; readonly obstacle: string },
): Promise<void> {
  await transaction.query
    .updateTable('account_job')
    .set({ runAt, blockedReason: obstacle })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await scheduleJob(transaction, { kind: DELETION_JOB, key: id, accountId, runAt })
}

/** Table by table, in the order in which nothing refers to what is gone. */
async function eraseRows({ declared }: Context, transaction: Transaction, accountId: string): Promise<void> {
  for (const { table, on, anonymize } of declared.erasure.filter((rule) => rule.table !== 'member')) {
    if (on === 'delete') await transaction.query.deleteFrom(table).where('accountId', '=', accountId).execute()
    await anonymize?.(transaction, accountId)
  }
  transaction.announce(KEYS_TOPIC)
  transaction.announce(membersTopic(accountId))
}

/** Personal data of an account, erased. */
export const ERASED = {
  name: 'Deleted account',
  externalId: sql<string>`'deleted:' || id`,
  billingEmail: null,
  billingDetails: null,
  metadata: jsonb({}),
}

/** Removes the members. A user without another account is deleted, and is a new user at the next sign-in. */
async function deleteFormerMembers(transaction: Transaction, accountId: string): Promise<void> {
  const { query } = transaction
  const members = await query.deleteFrom('member').where('accountId', '=', accountId).returning('userId').execute()
  const former = members.map(({ userId }) => userId)
  const elsewhere = await query.selectFrom('member').select('userId').where('userId', 'in', former).execute()
  await query
    .updateTable('app_user')
    .set({ email: '', name: null, subject: sql`'deleted:' || app_user.id` })
    .where('id', 'in', former)
    .where(
      'id',
      'not in',
      elsewhere.map(({ userId }) => userId),
    )
    .execute()
  await query.updateTable('account').set(ERASED).where('id', '=', accountId).execute()
}

async function publish(context: Context, transaction: Transaction, task: AccountJobRow, at: Date): Promise<void> {
  const { accountId, id, requestedBy } = task
  await recordMemberCount(transaction, accountId, at)
  await recordAccountEvent(transaction, accountId, at, {
    type: 'account.deleted',
    summary: 'The account was deleted.',
    changesEntitlements: true,
  })
  await transaction.query
    .updateTable('account_job')
    .set({ state: 'COMPLETED', progress: 100, finishedAt: at, blockedReason: null })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await writeOutbox(transaction, {
    type: 'account.deleted',
    accountId,
    payload: {},
    at,
    requestId: context.requestId,
  })
  await recordChange(transaction, { accountId, actor: requestedBy, action: 'account.deleted', object: accountId })
}

import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { mayOperate, requireAccount } from '#services/identity/model/guard.js'
import { visibleObject } from '#services/identity/model/read-visible.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { IdentityContext } from '#services/identity/model/caller.js'

/** The due kinds of the two; their key is the task. */
export const EXPORT_JOB = 'account.export'

export const DELETION_JOB = 'account.deletion'

export type AccountJobOutcome = { readonly kind: 'task'; readonly task: AccountJobRow } | Denied

/** Operators act on behalf of users; other callers need the permission to manage members. */
export const permissionOf = (context: IdentityContext): 'account:read' | 'members:manage' =>
  mayOperate(context, 'ops:write') ? 'account:read' : 'members:manage'

export async function startAccountJob(
  context: IdentityContext,
  account: AccountRow,
  mutation: string,
  idempotencyKey: string,
  first: (transaction: Transaction, at: Date) => Promise<AccountJobRow | Denial>,
): Promise<AccountJobOutcome> {
  const outcome = await runIdempotent<{ readonly task: AccountJobRow }>(context.database, {
    scope: idempotencyScope(context.caller, account.id, mutation, idempotencyKey),
    request: {},
    replay: async (transaction, { id }) => {
      const task = await findTask(transaction, id)
      if (!task) throw new AppError('NOT_FOUND', 'The result of this idempotency key has been deleted. Use a new key.')
      return { task }
    },
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const made = await first(transaction, context.clock.now())
      if (!('id' in made)) return denied(made)
      return { value: { task: made }, reference: { __typename: 'AccountJob', id: made.id } }
    },
  })
  return 'kind' in outcome ? outcome : { kind: 'task', task: outcome.task }
}

export async function insertAccountJob(
  context: IdentityContext,
  transaction: Transaction,
  { accountId, kind, at, runAt }: { accountId: string; kind: AccountJobRow['kind']; at: Date; runAt: Date },
): Promise<AccountJobRow> {
  const task = await transaction.query
    .insertInto('account_job')
    .values({
      id: transaction.newId('tsk'),
      accountId,
      kind,
      requestedBy: context.caller.principal,
      createdAt: at,
      runAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await auditAccountJob(
    context,
    transaction,
    task,
    kind === 'EXPORT' ? 'account.export_begun' : 'account.deletion_scheduled',
  )
  return task
}

export const auditAccountJob = (
  context: IdentityContext,
  transaction: Transaction,
  task: AccountJobRow,
  action: string,
): Promise<void> =>
  recordChange(transaction, {
    accountId: task.accountId,
    actor: context.caller.principal,
    action,
    object: task.id,
    details: { runAt: task.runAt },
  })

/** Stores the time of the deletion of an account, from whose request on nothing is sold to it. Null: it is not deleted. */
export async function writeDeletionTime(
  { query }: Transaction,
  accountId: string,
  deletionAt: Date | null,
): Promise<void> {
  await query.updateTable('account').set({ deletionAt }).where('id', '=', accountId).execute()
}

/** The job of a kind that has not ended. Null if there is none. */
export const openAccountJob = async (
  { query }: Sql,
  accountId: string,
  kind: AccountJobRow['kind'],
): Promise<AccountJobRow | null> =>
  (await query
    .selectFrom('account_job')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .where('state', 'in', ['SCHEDULED', 'RUNNING'])
    .executeTakeFirst()) ?? null

export const findTask = async ({ query }: Sql, id: string): Promise<AccountJobRow | null> =>
  (await query.selectFrom('account_job').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

export const tasksByIds = ({ query }: Sql, ids: readonly string[]): Promise<AccountJobRow[]> =>
  query.selectFrom('account_job').selectAll().where('id', 'in', ids).execute()

/** A job that the caller could have requested. Null for others. */
export const visibleTask = (context: IdentityContext, task: AccountJobRow | null): Promise<AccountJobRow | null> =>
  visibleObject(context, task, permissionOf(context))

/** Exports and deletions of an account, latest first. */
export async function tasksOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<AccountJobRow>> {
  await requireAccount(context, accountId, 'access:read')
  return readRows(
    request,
    `jobs:${accountId}`,
    context.database.query.selectFrom('account_job').selectAll().where('accountId', '=', accountId),
  )
}

import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, runIdempotent, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { newId } from '#services/kernel/ids/ids.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mayOperate, requireAccount, visibleAccount } from '#services/identity/guard/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { IdentityContext } from '#services/identity/caller.js'

/** The due kinds of the two; their key is the task. */
export const EXPORT_JOB = 'account.export'
export const DELETION_JOB = 'account.deletion'

/** Days in which a deletion can be canceled (business clock). */
export const GRACE_DAYS = 14
const DAY_MS = 86_400_000

export type AccountJobOutcome = { readonly kind: 'task'; readonly task: AccountJobRow } | Denied

export interface TaskRequest {
  readonly accountId?: string | null
  readonly idempotencyKey: string
}

/** Begins to write down everything that an account holds; owners, admins, and operators for them. */
export async function exportAccount(context: IdentityContext, request: TaskRequest): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, request.accountId, permissionOf(context))
  return begin(context, account, request, 'exportAccount', async (transaction, at) => {
    const running = await transaction.row<AccountJobRow>(
      `select * from account_job where account_id = $1 and kind = 'EXPORT' and state in ('SCHEDULED', 'RUNNING')`,
      [account.id],
    )
    if (running) return running
    const task = await insertTask(context, transaction, { accountId: account.id, kind: 'EXPORT', at, runAt: at })
    await scheduleJob(transaction, { kind: EXPORT_JOB, key: task.id, accountId: account.id, runAt: at })
    return task
  })
}

/** Plans the deletion of an account: in fourteen days, and not before its subscriptions have ended. Its owner, or an operator for them. */
export async function deleteAccount(context: IdentityContext, request: TaskRequest): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, request.accountId, permissionOf(context))
  return begin(context, account, request, 'deleteAccount', async (transaction, at) => {
    const denial = await checkDeletion(context, transaction, account)
    if (denial) return denial
    const planned = await openDeletion(transaction, account.id)
    if (planned) return planned
    const runAt = new Date(at.getTime() + GRACE_DAYS * DAY_MS)
    const task = await insertTask(context, transaction, { accountId: account.id, kind: 'DELETION', at, runAt })
    await scheduleJob(transaction, { kind: DELETION_JOB, key: task.id, accountId: account.id, runAt })
    await recordAccountEvent(transaction, account.id, at, {
      type: 'account.deletion_scheduled',
      summary: `The account will be deleted on ${runAt.toISOString().slice(0, 10)}. The deletion can be canceled until then.`,
      data: { taskId: task.id, runAt, by: context.caller.principal },
    })
    return task
  })
}

/** Takes a planned deletion back. */
export async function cancelAccountDeletion(
  context: IdentityContext,
  request: Pick<TaskRequest, 'accountId'>,
): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, request.accountId, permissionOf(context))
  return context.database.transaction<AccountJobOutcome>(async (transaction) => {
    await lockAccount(transaction, account.id)
    const planned = await openDeletion(transaction, account.id)
    if (planned?.state !== 'SCHEDULED')
      return denied(refused('INVALID_TRANSITION', 'No deletion of this account is scheduled.'))
    const at = context.clock.now()
    const task = await transaction.row<AccountJobRow>(
      `update account_job set state = 'CANCELED', finished_at = $2 where id = $1 returning *`,
      [planned.id, at],
    )
    await cancelJob(transaction, DELETION_JOB, planned.id)
    await recordAccountEvent(transaction, account.id, at, {
      type: 'account.deletion_canceled',
      summary: 'The account deletion was canceled.',
      data: { taskId: planned.id, by: context.caller.principal },
    })
    await audit(context, transaction, task!, 'account.deletion_canceled')
    return { kind: 'task', task: task! }
  })
}

/** Operators act on behalf of users; other callers need the permission to manage members. */
const permissionOf = (context: IdentityContext): 'account:read' | 'members:manage' =>
  mayOperate(context, 'ops:write') ? 'account:read' : 'members:manage'

async function begin(
  context: IdentityContext,
  account: AccountRow,
  request: TaskRequest,
  mutation: string,
  first: (transaction: Transaction, at: Date) => Promise<AccountJobRow | Refused>,
): Promise<AccountJobOutcome> {
  const outcome = await runIdempotent<{ readonly task: AccountJobRow }>(context.database, {
    scope: idempotencyScope(context.caller, account.id, mutation, request.idempotencyKey),
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

async function insertTask(
  context: IdentityContext,
  transaction: Transaction,
  { accountId, kind, at, runAt }: { accountId: string; kind: AccountJobRow['kind']; at: Date; runAt: Date },
): Promise<AccountJobRow> {
  const task = await transaction.row<AccountJobRow>(
    `insert into account_job (id, account_id, kind, requested_by, created_at, run_at) values ($1, $2, $3, $4, $5, $6) returning *`,
    [newId('tsk'), accountId, kind, context.caller.principal, at, runAt],
  )
  await audit(context, transaction, task!, kind === 'EXPORT' ? 'account.export_begun' : 'account.deletion_scheduled')
  return task!
}

const audit = (
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

/** Why an account cannot be deleted now; null: it can. */
async function checkDeletion(
  context: IdentityContext,
  transaction: Transaction,
  account: AccountRow,
): Promise<Refused | null> {
  const owner = await transaction.row<{ role: string; owners: number }>(
    `select (select role from member where account_id = $1 and user_id = $2) as role,
       (select count(*)::int from member where account_id = $1 and role = 'OWNER') as owners`,
    [account.id, context.caller.kind === 'user' ? context.caller.userId : ''],
  )
  if (!mayOperate(context, 'ops:write') && owner?.role !== 'OWNER' && (owner?.owners ?? 0) > 0)
    return refused('INVALID_TRANSITION', 'Only an owner can delete the account.')
  const renews = await transaction.row<{ id: string }>(
    `select id from billing_subscription where account_id = $1 and status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED') and cancel_at is null
     union all
     select id from product_subscription where account_id = $1 and status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED') and cancel_at is null
     limit 1`,
    [account.id],
  )
  return renews
    ? refused('SUBSCRIPTION_CONFLICT', 'The account has an active subscription. Cancel it first.', {
        remedies: [remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription' })],
      })
    : null
}

const openDeletion = async (sql: Sql, accountId: string): Promise<AccountJobRow | null> =>
  (await sql.row<AccountJobRow>(
    `select * from account_job where account_id = $1 and kind = 'DELETION' and state in ('SCHEDULED', 'RUNNING')`,
    [accountId],
  )) ?? null

export const findTask = async (sql: Sql, id: string): Promise<AccountJobRow | null> =>
  (await sql.row<AccountJobRow>(`select * from account_job where id = $1`, [id])) ?? null

/** A job that the caller could have requested. */
export async function visibleTask(context: IdentityContext, id: string): Promise<AccountJobRow | null> {
  const task = await findTask(context.database, id)
  return task && (await visibleAccount(context, task.accountId, permissionOf(context))) ? task : null
}

/** Exports and deletions of an account, latest first. Empty for callers that cannot request them. */
export async function tasksOf(context: IdentityContext, accountId: string): Promise<AccountJobRow[]> {
  if (!(await visibleAccount(context, accountId, permissionOf(context)))) return []
  return context.database.rows<AccountJobRow>(
    `select * from account_job where account_id = $1 order by id desc limit 50`,
    [accountId],
  )
}

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
    const running = await openJob(transaction, account.id, 'EXPORT')
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
    const planned = await openJob(transaction, account.id, 'DELETION')
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
    const planned = await openJob(transaction, account.id, 'DELETION')
    if (planned?.state !== 'SCHEDULED')
      return denied(refused('INVALID_TRANSITION', 'No deletion of this account is scheduled.'))
    const at = context.clock.now()
    const task = await transaction.query
      .updateTable('account_job')
      .set({ state: 'CANCELED', finishedAt: at })
      .where('id', '=', planned.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await cancelJob(transaction, DELETION_JOB, planned.id)
    await recordAccountEvent(transaction, account.id, at, {
      type: 'account.deletion_canceled',
      summary: 'The account deletion was canceled.',
      data: { taskId: planned.id, by: context.caller.principal },
    })
    await audit(context, transaction, task, 'account.deletion_canceled')
    return { kind: 'task', task }
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
  const task = await transaction.query
    .insertInto('account_job')
    .values({ id: newId('tsk'), accountId, kind, requestedBy: context.caller.principal, createdAt: at, runAt })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(context, transaction, task, kind === 'EXPORT' ? 'account.export_begun' : 'account.deletion_scheduled')
  return task
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
  return renews
    ? refused('SUBSCRIPTION_CONFLICT', 'The account has an active subscription. Cancel it first.', {
        remedies: [remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription' })],
      })
    : null
}

/** Subscriptions of an account that are still charged, to plans and to products. */
export const runningSubscriptions = ({ query }: Sql, accountId: string) =>
  query
    .selectFrom(
      query
        .selectFrom('billing_subscription')
        .select(['id', 'accountId', 'status', 'cancelAt'])
        .unionAll(query.selectFrom('product_subscription').select(['id', 'accountId', 'status', 'cancelAt']))
        .as('subscription'),
    )
    .select('id')
    .where('accountId', '=', accountId)
    .where('status', 'in', ['TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED'])

/** The job of a kind that has not ended. Null if there is none. */
const openJob = async ({ query }: Sql, accountId: string, kind: AccountJobRow['kind']): Promise<AccountJobRow | null> =>
  (await query
    .selectFrom('account_job')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .where('state', 'in', ['SCHEDULED', 'RUNNING'])
    .executeTakeFirst()) ?? null

export const findTask = async ({ query }: Sql, id: string): Promise<AccountJobRow | null> =>
  (await query.selectFrom('account_job').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** A job that the caller could have requested. */
export async function visibleTask(context: IdentityContext, id: string): Promise<AccountJobRow | null> {
  const task = await findTask(context.database, id)
  return task && (await visibleAccount(context, task.accountId, permissionOf(context))) ? task : null
}

/** Exports and deletions of an account, latest first. Empty for callers that cannot request them. */
export async function tasksOf(context: IdentityContext, accountId: string): Promise<AccountJobRow[]> {
  if (!(await visibleAccount(context, accountId, permissionOf(context)))) return []
  return context.database.query
    .selectFrom('account_job')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
}

import { Ctx, ID, Resolver, Root } from 'type-graphql'
import type { AccountTaskRow } from '../../entities/ops/account-task.entity.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '../../schema/kernel/descriptions.js'
import { AccountTask, AccountTaskInput, AccountTaskResult } from '../../schema/ops/account-task.type.js'
import {
  deleteAccount,
  exportAccount,
  tasksOf,
  undoAccountDeletion,
  type TaskOutcome,
} from '../../services/ops/account-data/account-tasks.js'
import type { RequestContext } from '../../context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

export const toAccountTask = (context: RequestContext, row: AccountTaskRow): AccountTask => ({
  __typename: 'AccountTask',
  id: row.id,
  kind: row.kind,
  status: row.state,
  progress: row.progress,
  createdAt: row.createdAt,
  dueAt: row.dueAt,
  finishedAt: row.finishedAt,
  why: row.why,
  url:
    row.kind === 'EXPORT' && row.state === 'DONE'
      ? new URL(`api/v1/account-exports/${row.id}`, context.config.publicUrl).href
      : null,
})

const toResult = async (context: RequestContext, outcome: TaskOutcome): Promise<AccountTaskResult> =>
  outcome.kind === 'task'
    ? toAccountTask(context, outcome.task)
    : toDenial<AccountTaskResult & { __typename: 'Refused' }>(context, outcome.denial)

@Resolver(() => Account)
export class AccountTaskResolver {
  @fieldResolver(
    'Exports and deletions of the account, newest first. Empty for callers who are not owner or admin.',
    () => [AccountTask],
  )
  async tasks(@Ctx() context: RequestContext, @Root() account: Account): Promise<AccountTask[]> {
    return (await tasksOf(context, account.id)).map((row) => toAccountTask(context, row))
  }

  @mutation(
    'Writes everything stored about an account into one document, without secrets. Requires an owner, an admin or an operator.',
    () => AccountTaskResult,
  )
  async exportAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Account to export.', () => AccountTaskInput) input: AccountTaskInput,
  ): Promise<AccountTaskResult> {
    return toResult(context, await exportAccount(context, input))
  }

  @mutation(
    'Schedules the deletion of an account in fourteen days. Cancel subscriptions first. Records that must be kept by law are anonymized.',
    () => AccountTaskResult,
  )
  async deleteAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Account to delete.', () => AccountTaskInput) input: AccountTaskInput,
  ): Promise<AccountTaskResult> {
    return toResult(context, await deleteAccount(context, input))
  }

  @mutation('Cancels a scheduled account deletion.', () => AccountTaskResult)
  async undoAccountDeletion(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, {
      nullable: true,
    })
    accountId: string | null,
  ): Promise<AccountTaskResult> {
    return toResult(context, await undoAccountDeletion(context, { accountId }))
  }
}

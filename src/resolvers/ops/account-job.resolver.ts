import { Ctx, ID, Resolver, Root } from 'type-graphql'
import type { AccountJobRow } from '../../entities/ops/account-job.entity.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '../../schema/kernel/descriptions.js'
import { AccountTask, AccountTaskInput, AccountTaskResult } from '../../schema/ops/account-job.type.js'
import {
  deleteAccount,
  exportAccount,
  tasksOf,
  cancelAccountDeletion,
  type AccountJobOutcome,
} from '../../services/ops/account-data/account-jobs.js'
import type { RequestContext } from '../../context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

export const toAccountJob = (context: RequestContext, row: AccountJobRow): AccountTask => ({
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

const toResult = async (context: RequestContext, outcome: AccountJobOutcome): Promise<AccountTaskResult> =>
  outcome.kind === 'task'
    ? toAccountJob(context, outcome.task)
    : toDenial<AccountTaskResult & { __typename: 'Refused' }>(context, outcome.denial)

@Resolver(() => Account)
export class AccountJobResolver {
  @fieldResolver(
    'Exports and deletions of the account, newest first. Empty for callers who are not owner or admin.',
    () => [AccountTask],
  )
  async tasks(@Ctx() context: RequestContext, @Root() account: Account): Promise<AccountTask[]> {
    return (await tasksOf(context, account.id)).map((row) => toAccountJob(context, row))
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
    return toResult(context, await cancelAccountDeletion(context, { accountId }))
  }
}

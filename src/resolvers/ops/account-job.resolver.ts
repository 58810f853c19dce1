import { AccountAccess } from '#schema/identity/account-groups.type.js'
import {
  AccountJobPayload,
  AccountJob,
  AccountJobConnection,
  CancelAccountDeletionArgs,
  DeleteAccountArgs,
  ExportAccountArgs,
} from '#schema/ops/account-job.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { AccountDeletionPreview } from '#schema/ops/deletion-preview.type.js'
import { deleteAccount, previewedAccount } from '#services/ops/account-data/delete-account.js'
import { exportAccount } from '#services/ops/account-data/export-account.js'
import { tasksOf } from '#services/ops/account-data/account-jobs.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { cancelAccountDeletion } from '#services/ops/account-data/cancel-account-deletion.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const JOBS_PER_PAGE = 20

@ArgsType()
class AccountJobsArgs extends pageArgs(JOBS_PER_PAGE) {}

export const toAccountJob = (context: RequestContext, row: AccountJobRow): AccountJob => ({
  __typename: 'AccountJob',
  id: row.id,
  kind: row.kind,
  status: row.state,
  progressPercent: row.progress,
  createdAt: row.createdAt,
  runAt: row.runAt,
  finishedAt: row.finishedAt,
  blockedReason: row.blockedReason,
  downloadUrl:
    row.kind === 'EXPORT' && row.state === 'COMPLETED'
      ? new URL(`api/v1/account-exports/${row.id}`, context.config.publicUrl).href
      : null,
})

@Resolver(() => AccountAccess)
export class AccountJobResolver {
  @fieldResolver('Exports and deletions of the account, newest first.', () => AccountJobConnection)
  async jobs(
    @Ctx() context: RequestContext,
    @Root() account: AccountAccess,
    @Args(() => AccountJobsArgs) args: AccountJobsArgs,
  ): Promise<AccountJobConnection> {
    const page = await tasksOf(context, account.id, pageRequest(args, JOBS_PER_PAGE))
    return toConnection(
      page,
      page.items.map((row) => toAccountJob(context, row)),
    )
  }

  @fieldResolver(
    'Costs of the deletion of the account, if it were requested now. Requires an owner, an admin or an operator.',
    () => AccountDeletionPreview,
    { nullable: true },
  )
  async deletionPreview(
    @Ctx() context: RequestContext,
    @Root() account: AccountAccess,
  ): Promise<AccountDeletionPreview> {
    return { __typename: 'AccountDeletionPreview', accountId: await previewedAccount(context, account.id) }
  }

  @mutation(
    'Writes everything stored about an account into one document, without secrets. Requires an owner, an admin or an operator.',
    { payload: () => AccountJobPayload, moves: { nothing: 'reads an account' } },
  )
  exportAccount(@Ctx() context: RequestContext, @mutationArgs(() => ExportAccountArgs) input: ExportAccountArgs) {
    return unlessDenied(exportAccount(context, input), (outcome) => toAccountJob(context, outcome.task))
  }

  @mutation(
    'Schedules the deletion of an account in fourteen days. Cancel subscriptions first. Nothing can be bought until then, and credit at the payment provider ends with the account; `AccountAccess.deletionPreview` returns the costs. Records that must be kept by law are anonymized.',
    { payload: () => AccountJobPayload, moves: 'entitlements' },
  )
  deleteAccount(@Ctx() context: RequestContext, @mutationArgs(() => DeleteAccountArgs) input: DeleteAccountArgs) {
    return unlessDenied(deleteAccount(context, input), (outcome) => toAccountJob(context, outcome.task))
  }

  @mutation('Cancels a scheduled account deletion.', { payload: () => AccountJobPayload, moves: 'entitlements' })
  cancelAccountDeletion(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CancelAccountDeletionArgs)
    input: CancelAccountDeletionArgs,
  ) {
    return unlessDenied(cancelAccountDeletion(context, input), (outcome) => toAccountJob(context, outcome.task))
  }
}

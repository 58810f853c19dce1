import { Ctx, Resolver, Root } from 'type-graphql'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import {
  AccountJob,
  CancelAccountDeletionInput,
  CancelAccountDeletionResult,
  DeleteAccountInput,
  DeleteAccountResult,
  ExportAccountInput,
  ExportAccountResult,
} from '#schema/ops/account-job.type.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { AccountDeletionPreview } from '#schema/ops/deletion-preview.type.js'
import { deletionPreviewOf } from '#services/ops/account-data/deletion-preview.js'
import { deleteAccount } from '#services/ops/account-data/delete-account.js'
import { exportAccount } from '#services/ops/account-data/export-account.js'
import { tasksOf, type AccountJobOutcome } from '#services/ops/account-data/account-jobs.js'
import { cancelAccountDeletion } from '#services/ops/account-data/cancel-account-deletion.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

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

const toResult = async (context: RequestContext, outcome: AccountJobOutcome): Promise<AccountJob | Refused> =>
  outcome.kind === 'task' ? toAccountJob(context, outcome.task) : toDenial<Refused>(context, outcome.denial)

@Resolver(() => Account)
export class AccountJobResolver {
  @fieldResolver(
    'The last 50 exports and deletions of the account, newest first. Requires an owner, an admin or an operator.',
    () => [AccountJob],
    { nullable: true },
  )
  async jobs(@Ctx() context: RequestContext, @Root() account: Account): Promise<AccountJob[] | null> {
    return (await tasksOf(context, account.id)).map((row) => toAccountJob(context, row))
  }

  @fieldResolver(
    'Costs of the deletion of the account, if it were requested now. Requires an owner, an admin or an operator.',
    () => AccountDeletionPreview,
    { nullable: true },
  )
  async deletionPreview(@Ctx() context: RequestContext, @Root() account: Account): Promise<AccountDeletionPreview> {
    const { lostCredit, openCharges } = await deletionPreviewOf(context, account.id)
    return {
      __typename: 'AccountDeletionPreview',
      lostCredit: lostCredit && toMoney(lostCredit),
      openCharges: openCharges.map(({ cost, ...charge }) => ({
        __typename: 'OpenCharge',
        ...charge,
        cost: toMoney(cost),
      })),
    }
  }

  @mutation(
    'Writes everything stored about an account into one document, without secrets. Requires an owner, an admin or an operator.',
    () => ExportAccountResult,
  )
  async exportAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Account to export.', () => ExportAccountInput) input: ExportAccountInput,
  ): Promise<ExportAccountResult> {
    return toResult(context, await exportAccount(context, input))
  }

  @mutation(
    'Schedules the deletion of an account in fourteen days. Cancel subscriptions first. Nothing can be bought until then, and credit at the payment provider ends with the account; `Account.deletionPreview` returns the costs. Records that must be kept by law are anonymized.',
    () => DeleteAccountResult,
  )
  async deleteAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Account to delete.', () => DeleteAccountInput) input: DeleteAccountInput,
  ): Promise<DeleteAccountResult> {
    const outcome = await deleteAccount(context, input)
    return outcome.kind === 'task' ? toAccountJob(context, outcome.task) : toDenial(context, outcome.denial)
  }

  @mutation('Cancels a scheduled account deletion.', () => CancelAccountDeletionResult)
  async cancelAccountDeletion(
    @Ctx() context: RequestContext,
    @arg('input', 'Account whose deletion is canceled.', () => CancelAccountDeletionInput)
    input: CancelAccountDeletionInput,
  ): Promise<CancelAccountDeletionResult> {
    return toResult(context, await cancelAccountDeletion(context, input))
  }
}

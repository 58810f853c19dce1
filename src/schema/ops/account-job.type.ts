import { connection } from '../kernel/connection.js'
import { payload } from '../kernel/payload.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, Url } from '../kernel/scalars.js'

export const AccountJobKind = enumType('AccountJobKind', 'Kind of an account job.', {
  EXPORT: 'Writes everything stored about the account into one document.',
  DELETION: 'Deletes the account. Records that must be kept by law are anonymized.',
})
export type AccountJobKind = keyof typeof AccountJobKind

export const AccountJobStatus = enumType('AccountJobStatus', 'Status of an account job.', {
  SCHEDULED: 'Scheduled; a deletion can still be canceled.',
  RUNNING: 'Currently being executed.',
  COMPLETED: 'Completed; an export can be downloaded.',
  CANCELED: 'Canceled before it started.',
})
export type AccountJobStatus = keyof typeof AccountJobStatus

/** The export or the deletion of an account. */
@objectType('An export or deletion of an account.', { implements: Node })
export class AccountJob implements Node {
  readonly __typename!: 'AccountJob'
  id!: string

  @field('Kind of the job: export or deletion.', () => AccountJobKind)
  kind!: AccountJobKind

  @field('Status of the job.', () => AccountJobStatus)
  status!: AccountJobStatus

  @field('Progress in percent, 0–100.', () => Int)
  progressPercent!: number

  @field('Time of the request (business clock).', () => DateTime)
  createdAt!: Date

  @field(
    'Start time (business clock). A deletion starts fourteen days after the request and can be canceled until then.',
    () => DateTime,
  )
  runAt!: Date

  @field('Time the job completed or was canceled (business clock).', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field('Reason the job is waiting. Null if it is not.', () => String, { nullable: true })
  blockedReason!: string | null

  @field(
    'Download URL of a finished export (gzip-compressed JSON), valid for seven days. Requires the same bearer token.',
    () => Url,
    {
      nullable: true,
    },
  )
  downloadUrl!: string | null
}

export const AccountJobConnection = connection('AccountJob', 'jobs', () => AccountJob)
export type AccountJobConnection = InstanceType<typeof AccountJobConnection>

@ArgsType()
export class ExportAccountArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class DeleteAccountArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class CancelAccountDeletionArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @keyArgument()
  idempotencyKey!: string
}

export const AccountJobPayload = payload(AccountJob)

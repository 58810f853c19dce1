import { ID, Int } from 'type-graphql'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'

export const AccountTaskKind = enumType('AccountTaskKind', 'Kind of an account job.', {
  EXPORT: 'Writes everything stored about the account into one document.',
  DELETION: 'Deletes the account. Records that must be kept by law are anonymized.',
})
export type AccountTaskKind = keyof typeof AccountTaskKind

export const AccountTaskStatus = enumType('AccountTaskStatus', 'Status of an account job.', {
  PLANNED: 'Scheduled; a deletion can still be canceled.',
  RUNNING: 'Currently being executed.',
  DONE: 'Completed; an export can be downloaded.',
  UNDONE: 'Canceled before it started.',
})
export type AccountTaskStatus = keyof typeof AccountTaskStatus

/** The export or the deletion of an account. */
@objectType('An export or deletion of an account.', { implements: Node })
export class AccountTask implements Node {
  readonly __typename!: 'AccountTask'
  id!: string

  @field('Kind of the job: export or deletion.', () => AccountTaskKind)
  kind!: AccountTaskKind

  @field('Status of the job.', () => AccountTaskStatus)
  status!: AccountTaskStatus

  @field('Progress in percent, 0–100.', () => Int)
  progress!: number

  @field('Time of the request (business clock).', () => DateTime)
  createdAt!: Date

  @field(
    'Start time (business clock). A deletion starts fourteen days after the request and can be canceled until then.',
    () => DateTime,
  )
  dueAt!: Date

  @field('Time the job completed or was canceled.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field('Reason the job is waiting. Null if it is not.', () => String, { nullable: true })
  why!: string | null

  @field(
    'Download URL of a finished export (gzip-compressed JSON), valid for seven days. Requires the same bearer token.',
    () => String,
    {
      nullable: true,
    },
  )
  url!: string | null
}

@inputType('Account to export or delete.')
export class AccountTaskInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const AccountTaskResult = unionType('AccountTaskResult', 'The job, or a denial.', () => [AccountTask, Refused])
export type AccountTaskResult = AccountTask | Refused

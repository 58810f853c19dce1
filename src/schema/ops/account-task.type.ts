import { ID, Int } from 'type-graphql'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'

/** What is done with an account as a whole. */
export const AccountTaskKind = enumType('AccountTaskKind', 'What is done with an account as a whole.', {
  EXPORT: 'Everything that it holds is written into one document.',
  DELETION: 'It is deleted, as far as the law lets us.',
})
export type AccountTaskKind = keyof typeof AccountTaskKind

/** How far it is. */
export const AccountTaskStatus = enumType('AccountTaskStatus', 'How far it is.', {
  PLANNED: 'It has not begun; a deletion can still be taken back.',
  RUNNING: 'It is being done.',
  DONE: 'It is done; an export can be fetched.',
  UNDONE: 'It was taken back before it began.',
})
export type AccountTaskStatus = keyof typeof AccountTaskStatus

/** The export or the deletion of an account. */
@objectType('The export or the deletion of an account: work that takes its time.', { implements: Node })
export class AccountTask implements Node {
  readonly __typename!: 'AccountTask'
  id!: string

  @field('Which of the two.', () => AccountTaskKind)
  kind!: AccountTaskKind

  @field('How far it is.', () => AccountTaskStatus)
  status!: AccountTaskStatus

  @field('How much of a hundred is done.', () => Int)
  progress!: number

  @field('When it was asked for, on the business clock.', () => DateTime)
  createdAt!: Date

  @field(
    'When it begins, on the business clock: a deletion after fourteen days, until which it can be taken back.',
    () => DateTime,
  )
  dueAt!: Date

  @field('When it was done or taken back.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  @field('Why it waits, when it does.', () => String, { nullable: true })
  why!: string | null

  @field(
    'Where a finished export is fetched with the same bearer token, for seven days: JSON, squeezed with gzip.',
    () => String,
    {
      nullable: true,
    },
  )
  url!: string | null
}

/** An account that is to be exported or deleted. */
@inputType('An account that is to be exported or deleted.')
export class AccountTaskInput {
  @field("The account, by id or reference; left out, the caller's current one.", () => ID, { nullable: true })
  accountId?: string | null

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What asking for an export or a deletion answers. */
export const AccountTaskResult = unionType(
  'AccountTaskResult',
  'The work that was begun or planned, or why it was not.',
  () => [AccountTask, Refused],
)
export type AccountTaskResult = AccountTask | Refused

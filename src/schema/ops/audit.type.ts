import { ID } from 'type-graphql'
import { Actor } from '../identity/actor.type.js'
import { connection } from '../kernel/connection.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** A recorded action. Its resolver adds `account`. */
@objectType('A recorded action, kept for one year.', { implements: Node })
export class AuditEntry implements Node {
  readonly __typename!: 'AuditEntry'
  id!: string

  @field('Time of the action (machine clock).', () => DateTime)
  at!: Date

  @field('Actor of the entry.', () => Actor)
  actor!: Actor

  @field(
    'Action, for example `member.role_changed`, `mutation.startSubscription` or `operator.billing_read`.',
    () => String,
  )
  action!: string

  @field('Object of the action: an ID or a name.', () => String)
  object!: string

  /** ID of the account that `account` loads. */
  accountId!: string | null

  @field('Arguments, and the values before and after a change. Contains no secrets.', () => JSONValue)
  details!: Record<string, unknown>

  @field('Number of identical actions within the same minute.', () => SafeInt)
  occurrenceCount!: number
}

/** A page of the audit log. */
export const AuditEntryConnection = connection('AuditEntry', 'audit log entries', () => AuditEntry)
export type AuditEntryConnection = InstanceType<typeof AuditEntryConnection>

@inputType('Conditions of a list of audit entries. An entry matches if it fulfills all of them.')
export class AuditFilter {
  @field(
    'ID of the user, key or agent whose entries to return, or the label of a system. Default: all.',
    () => String,
    {
      nullable: true,
    },
  )
  actor?: string | null

  @field('ID of the object whose entries to return. Default: all.', () => ID, { nullable: true })
  object?: string | null

  @field('Action to return; `operator.*` matches every action with this prefix. Default: all.', () => String, {
    nullable: true,
  })
  action?: string | null

  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field(
    'Text that the details contain, for example a part of a reason, at most 255 characters. Default: no condition. Without `actor`, `object` or `account`, the range has at most 366 days.',
    () => String,
    {
      nullable: true,
    },
  )
  search?: string | null

  @field(
    'Start of the range, inclusive (machine clock). Default: unbounded; with only a `search`, thirty days before its end.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null

  @field('End of the range, exclusive (machine clock). Default: now.', () => DateTime, { nullable: true })
  to?: Date | null
}

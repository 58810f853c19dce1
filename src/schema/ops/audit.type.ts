import { ID } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** A recorded action. */
@objectType('A recorded action, kept for one year.', { implements: Node })
export class AuditEntry implements Node {
  readonly __typename!: 'AuditEntry'
  id!: string

  @field('Time of the action (machine clock).', () => DateTime)
  at!: Date

  @field('ID of the user, key or agent, or the name it claimed.', () => String)
  actor!: string

  @field(
    'Action, for example `member.role_changed`, `mutation.startSubscription` or `operator.billing_read`.',
    () => String,
  )
  action!: string

  @field('Object of the action: an ID or a name.', () => String)
  object!: string

  @field('Account that the action concerns. Null if none.', () => ID, { nullable: true })
  accountId!: string | null

  @field('Arguments, and the values before and after a change. Contains no secrets.', () => JSONValue)
  details!: Record<string, unknown>

  @field('Number of identical actions within the same minute.', () => SafeInt)
  occurrences!: number
}

/** A page of the audit log. */
export const AuditEntryConnection = connection('AuditEntry', 'audit log entries', () => AuditEntry)
export type AuditEntryConnection = InstanceType<typeof AuditEntryConnection>

import { ID, Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** Something that somebody did. */
@objectType('Something that somebody did, kept for a year.', { implements: Node })
export class AuditEntry implements Node {
  readonly __typename!: 'AuditEntry'
  id!: string

  @field('When, by the machine clock.', () => DateTime)
  at!: Date

  @field("Who: a user's, key's or agent's id, or what it called itself.", () => String)
  actor!: string

  @field('What, as `member.role_changed`, `mutation.startSubscription` or `operator.billing_read`.', () => String)
  action!: string

  @field('To what: an id, or what it concerns.', () => String)
  object!: string

  @field('The account that it concerns; null: none.', () => ID, { nullable: true })
  accountId!: string | null

  @field('With what, and what it was before and is after where something changed; without secrets.', () => JSONValue)
  details!: Record<string, unknown>

  @field('How often within the minute: what happens all the time is one entry that counts.', () => Int)
  times!: number
}

/** A page of the audit log. */
export const AuditLogConnection = connection('AuditEntry', 'entries of the audit log', () => AuditEntry, 'AuditLog')
export type AuditLogConnection = InstanceType<typeof AuditLogConnection>

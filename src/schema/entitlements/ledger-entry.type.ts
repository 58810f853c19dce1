import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** What a movement was. */
export const LedgerEntryKind = enumType('LedgerEntryKind', 'What a movement was.', {
  GRANT: 'Credits were granted.',
  CONSUME: 'Units were used.',
  RESERVE: 'Units were held.',
  RELEASE: 'What was held is free again.',
  EXPIRE: 'What was left of a grant passed its expiry.',
  REVOKE: 'What was left of a grant was taken back.',
  ADJUST: 'Debt was recorded (below zero) or paid (above).',
})
export type LedgerEntryKind = keyof typeof LedgerEntryKind

/** One append-only movement. `cause` is added by its resolver from `causeId`. */
@objectType("One movement of credits or of a plan's allowance; never changed, never deleted.", { implements: Node })
export class LedgerEntry implements Node {
  readonly __typename!: 'LedgerEntry'
  id!: string

  @field('When, on the business clock.', () => DateTime)
  at!: Date

  @field('What it was.', () => LedgerEntryKind)
  kind!: LedgerEntryKind

  @field('How many: above zero given or given back, below zero taken.', () => SafeInt)
  amount!: number

  @field('How many credits of the feature could be used after it.', () => SafeInt)
  balanceAfter!: number

  @field(
    "The caller's own word for what it was for, or the cause of a grant; null when nothing was said.",
    () => String,
    {
      nullable: true,
    },
  )
  reference!: string | null

  /** Id of the grant, consumption or reservation that `cause` loads; null when there is none. */
  causeId!: string | null
}

/** A page of movements. */
export const LedgerEntryConnection = connection('LedgerEntry', 'movements', () => LedgerEntry)
export type LedgerEntryConnection = InstanceType<typeof LedgerEntryConnection>

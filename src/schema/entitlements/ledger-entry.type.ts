import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { Overage } from './overage.type.js'
import { UsagePrice } from './usage-price.type.js'

export const LedgerEntryKind = enumType('LedgerEntryKind', 'Kind of a ledger entry.', {
  GRANT: 'Credits were granted.',
  CONSUME: 'Units were consumed.',
  RESERVE: 'Units were reserved.',
  RELEASE: 'Reserved units were released.',
  EXPIRE: 'The rest of a grant expired.',
  REVOKE: 'The rest of a grant was revoked.',
  ADJUST: 'Debt recorded (negative) or repaid (positive), or units of a consumption that an amendment returned.',
})
export type LedgerEntryKind = keyof typeof LedgerEntryKind

/** One append-only movement. `cause` is added by its resolver from `causeId`. */
@objectType("One append-only change of credits or of a plan's allowance.", { implements: Node })
export class LedgerEntry implements Node {
  readonly __typename!: 'LedgerEntry'
  id!: string

  @field('Time of the entry (business clock).', () => DateTime)
  at!: Date

  @field('Kind of the entry.', () => LedgerEntryKind)
  kind!: LedgerEntryKind

  @field('Units. Positive if granted or released, negative if consumed or held.', () => SafeInt)
  amount!: number

  @field('Usable credits of the feature after this entry.', () => SafeInt)
  balanceAfter!: number

  @field("Caller's reference, or the cause of a grant. Null if none.", () => String, {
    nullable: true,
  })
  reference!: string | null

  @field('Note of the caller, on the first entry of an operation. Null if none.', () => String, { nullable: true })
  note!: string | null

  @field('Price of the work that was consumed or reserved. On the first entry of an operation.', () => UsagePrice, {
    nullable: true,
  })
  price!: UsagePrice | null

  @field(
    'Cost of the units that were beyond the allowance. On the first entry of an operation; empty if there were none.',
    () => [Overage],
  )
  overageCharges!: readonly Overage[]

  /** ID of the sub-account that `subAccount` loads. */
  subAccountId!: string | null

  /** ID of the member that `user` loads. */
  userId!: string | null

  /** Code of the feature that `feature` loads. */
  featureCode!: string

  /** ID of the grant, consumption or reservation that `cause` loads. Null if there is none. */
  causeId!: string | null
}

/** A page of movements. */
export const LedgerEntryConnection = connection('LedgerEntry', 'ledger entries', () => LedgerEntry)
export type LedgerEntryConnection = InstanceType<typeof LedgerEntryConnection>

import { payload } from '../kernel/payload.js'
import { Float, ID } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

export const EarningsEntryKind = enumType('EarningsEntryKind', 'Kind of an earnings entry.', {
  SALE: "The vendor's share of a sale.",
  CLAWBACK: 'Clawed back after a refund or dispute.',
  CLAWBACK_REVERSED: 'Clawback that was reversed after a won dispute or a failed refund.',
  PAYOUT: 'Payout to the vendor.',
  PAYOUT_RETURNED: 'Payout that was returned.',
})
export type EarningsEntryKind = keyof typeof EarningsEntryKind

/** One movement. `template` and `payout` are added by their resolver. */
@objectType("One append-only entry of a vendor's earnings.", { implements: Node })
export class EarningsEntry implements Node {
  readonly __typename!: 'EarningsEntry'
  id!: string

  @field('Time of the entry (business clock).', () => DateTime)
  at!: Date

  @field('Kind of the entry.', () => EarningsEntryKind)
  kind!: EarningsEntryKind

  @field('Sale amount without tax. Null if the entry is not a sale.', () => Money, { nullable: true })
  gross!: Money | null

  @field('Amount of the entry. Negative for clawbacks and payouts.', () => Money)
  money!: Money

  @field('Agreed share in percent, 0–100. Null if the entry has none.', () => Float, { nullable: true })
  sharePercent!: number | null

  /** ID of the template that `template` loads. */
  templateId!: string | null

  /** ID of the payout that `payout` loads. */
  payoutId!: string | null
}

/** A page of movements. */
export const EarningsEntryConnection = connection('EarningsEntry', 'earnings entries', () => EarningsEntry)
export type EarningsEntryConnection = InstanceType<typeof EarningsEntryConnection>

export const PayoutMethod = enumType(
  'PayoutMethod',
  'Method of a vendor payout.',
  {
    MANUAL: 'Paid outside Stackgate, using the payout export.',
    PROVIDER:
      'Transferred to the connected account at the payment provider. Requires that the operator enabled transfers.',
  },
  { PROVIDER: 'STRIPE' },
)
export type PayoutMethod = (typeof PayoutMethod)[keyof typeof PayoutMethod]

export const PayoutStatus = enumType('PayoutStatus', 'Status of a payout.', {
  CREATING: 'Recorded here; the provider has not responded yet.',
  PAID: 'The payout was sent.',
  FAILED: 'Rejected by the provider. The amount stays in the balance.',
})
export type PayoutStatus = keyof typeof PayoutStatus

/** Money sent to a vendor. `vendor` is added by its resolver. */
@objectType('A payout to a vendor.', { implements: Node })
export class VendorPayout implements Node {
  readonly __typename!: 'VendorPayout'
  id!: string

  @field('Method of the payout.', () => PayoutMethod)
  method!: PayoutMethod

  @field('Status of the payout.', () => PayoutStatus)
  status!: PayoutStatus

  @field('Amount paid out.', () => Money)
  money!: Money

  @field('Reference on the bank statement. Null if none.', () => String, { nullable: true })
  reference!: string | null

  @field('Reason of the failure. Null if it did not fail.', () => String, { nullable: true })
  failureReason!: string | null

  @field('Creation time of the payout (business clock).', () => DateTime)
  createdAt!: Date

  @field(
    'Time the payout was sent or failed (business clock). Null while the provider has not responded.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  completedAt!: Date | null

  /** ID of the vendor that `vendor` loads. */
  vendorId!: string
}

/** A page of payouts. */
export const VendorPayoutConnection = connection('VendorPayout', 'vendor payouts', () => VendorPayout)
export type VendorPayoutConnection = InstanceType<typeof VendorPayoutConnection>

@inputType('Conditions of a list of payouts. A payout matches if it fulfills all of them.')
export class PayoutFilter {
  @field('ID of the vendor. Default: all.', () => ID, { nullable: true })
  vendorId?: string | null

  @field('Statuses to return. Default: all.', () => [PayoutStatus], { nullable: true })
  statuses?: readonly PayoutStatus[] | null

  @field('Methods to return. Default: all.', () => [PayoutMethod], { nullable: true })
  methods?: readonly PayoutMethod[] | null

  @field('Start of the range of creation times, inclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field('End of the range of creation times, exclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  to?: Date | null
}

export const VendorPayoutPayload = payload(VendorPayout)

import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType } from 'type-graphql'
import { ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { GrantUse } from '../entitlements/consumption.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Denial } from '../kernel/denial.type.js'
import { OBJECT_ID } from '../kernel/descriptions.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import type { OperationPosition } from '#services/entitlements/usage/replay-result.js'

export const AmendmentInvoiceEffect = enumType('AmendmentInvoiceEffect', 'Effect of an amendment on invoices.', {
  NONE: 'No invoice depends on the usage.',
  NOT_REPORTED: 'The usage was not reported to the provider. Only what remains will be.',
  NEXT_REPORT:
    'The usage was reported. The units are subtracted from the next report, which can belong to a later invoice.',
})
export type AmendmentInvoiceEffect = keyof typeof AmendmentInvoiceEffect

const AMOUNT = 'Units that are returned.'
const LOST = 'Returned units that cannot be used, because their grant had expired or was revoked.'
const DEBT_REDUCED = 'Returned units that reduced the debt of the feature instead of raising the balance.'

/** `returned` and `consumption` are added by resolvers. */
@objectType('Units of a consumption that were returned later. The consumption and its ledger entries are unchanged.')
export class UsageAmendment {
  readonly __typename!: 'UsageAmendment'

  @field(OBJECT_ID, () => ID)
  id!: string

  @field('Feature of the units.', () => Feature)
  feature!: Feature

  @field(AMOUNT, () => SafeInt)
  amount!: number

  @field('Units of the consumption that still count afterwards.', () => SafeInt)
  remaining!: number

  @field(LOST, () => SafeInt)
  lost!: number

  @field(DEBT_REDUCED, () => SafeInt)
  debtReduced!: number

  @field('Effect on invoices, as known at the time of the amendment.', () => AmendmentInvoiceEffect)
  invoiceEffect!: AmendmentInvoiceEffect

  @field('Reason that was given.', () => String)
  reason!: string

  @field('Operator or service that amended the usage.', () => String)
  amendedBy!: string

  @field('Time of the amendment (business clock).', () => DateTime)
  at!: Date

  /** Position of its ledger entries. */
  place!: OperationPosition
  consumptionId!: string
}

@objectType('Effect of an amendment before it is made.')
export class UsageAmendmentPreview {
  readonly __typename?: 'UsageAmendmentPreview'

  @field('Whether `amendUsage` would succeed.', () => Boolean)
  allowed!: boolean

  @field(AMOUNT, () => SafeInt)
  amount!: number

  @field('Returned units per source, the last deduction first. Without units that were debt.', () => [GrantUse])
  returned!: readonly GrantUse[]

  @field(LOST, () => SafeInt)
  lost!: number

  @field(DEBT_REDUCED, () => SafeInt)
  debtReduced!: number

  @field('Effect on invoices. Null if the amendment is denied.', () => AmendmentInvoiceEffect, { nullable: true })
  invoiceEffect!: AmendmentInvoiceEffect | null

  @field('Reason for the denial. Null if allowed.', () => Denial, { nullable: true })
  denial!: Denial | null
}

const REASON = 'Reason, 1–500 characters. Members of the account can read it.'

@ArgsType()
export class AmendUsageArgs {
  @argument('id', 'Consumption to amend.', () => ID)
  consumptionId!: string

  @field('Units that still count, fewer than now. 0 voids the consumption.', () => SafeInt)
  amount!: number

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

export const UsageAmendmentPayload = payload(UsageAmendment)

import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { GrantUse } from '../entitlements/consumption.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Denial } from '../kernel/denial.type.js'
import { Actor } from '../identity/actor.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { InvoiceEffect } from './invoice-effect.js'
import type { OperationPosition } from '#services/entitlements/usage/replay-result.js'

const AMOUNT = 'Units that are returned.'
const LOST = 'Returned units that cannot be used, because their grant had expired or was revoked.'
const DEBT_REDUCED = 'Returned units that reduced the debt of the feature instead of raising the balance.'

/** `returned` and `consumption` are added by resolvers. */
@objectType('Units of a consumption that were returned later. The consumption and its ledger entries are unchanged.', {
  implements: Node,
})
export class UsageAmendment implements Node {
  readonly __typename!: 'UsageAmendment'
  id!: string

  @field('Feature of the units.', () => Feature)
  feature!: Feature

  @field(AMOUNT, () => SafeInt)
  amount!: number

  @field('Units of the consumption that still count afterwards.', () => SafeInt)
  remaining!: number

  @field(LOST, () => SafeInt)
  lostUnits!: number

  @field(DEBT_REDUCED, () => SafeInt)
  debtReduced!: number

  @field('Effect on invoices, as known at the time of the amendment.', () => InvoiceEffect)
  invoiceEffect!: InvoiceEffect

  @field('Reason that was given.', () => String)
  reason!: string

  @field('Operator or service that amended the usage.', () => Actor)
  amendedBy!: Actor

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
  lostUnits!: number

  @field(DEBT_REDUCED, () => SafeInt)
  debtReduced!: number

  @field('Effect on invoices. Null if the amendment is denied.', () => InvoiceEffect, { nullable: true })
  invoiceEffect!: InvoiceEffect | null

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

import { Feature } from '../catalog/feature.type.js'
import { GrantUse } from '../entitlements/consumption.type.js'
import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { DenialCode } from '../kernel/denial-code.js'
import { DENIAL_CODE, DENIAL_MESSAGE } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { previewType } from '../kernel/payload.js'
import { SafeInt } from '../kernel/scalars.js'
import type { UsageEffect as Effect } from '#services/billing/usage-batches/usage-effects.js'
import { InvoiceEffect } from './invoice-effect.js'

@objectType('A line that would be denied.')
export class DeniedUsage {
  readonly __typename?: 'DeniedUsage'

  @field('Key of the line.', () => String)
  key!: string

  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string
}

/** `account` is added by a resolver. */
@objectType('Effect of the lines of one account and feature.')
export class UsageEffect {
  readonly __typename!: 'UsageEffect'

  @field('Feature of the lines. Null if the catalog does not have it any more.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Number of lines.', () => SafeInt)
  lineCount!: number

  @field('Number of lines that would be denied.', () => SafeInt)
  deniedCount!: number

  @field('Units of the lines, also of those that would be denied. Null if a line has work.', () => SafeInt, {
    nullable: true,
  })
  requestedUnits!: number | null

  @field('Units that would be consumed.', () => SafeInt)
  units!: number

  @field(
    'Remaining units now. Null if unlimited, and for units of a pool that the caller does not pay.',
    () => SafeInt,
    {
      nullable: true,
    },
  )
  remainingBefore!: number | null

  @field(
    'Remaining units afterwards. Null if unlimited, and for units of a pool that the caller does not pay.',
    () => SafeInt,
    { nullable: true },
  )
  remainingAfter!: number | null

  @field('Units per source. Those of a pool have the source of the pool.', () => [GrantUse])
  taken!: readonly GrantUse[]

  @field('Units beyond the allowance.', () => SafeInt)
  overageUnits!: number

  @field(
    'Cost of the units beyond the allowance. Null without cost, and for units of a pool that the caller does not pay.',
    () => Money,
    { nullable: true },
  )
  overageCost!: Money | null

  @field('Effect on invoices.', () => InvoiceEffect)
  invoiceEffect!: InvoiceEffect

  @field('The first 20 lines that would be denied.', () => [DeniedUsage])
  denied!: readonly DeniedUsage[]

  accountId!: string
}

/** A page of effects. */
export const UsageEffectConnection = listPage('UsageEffect', 'effects of past usage', () => UsageEffect)
export type UsageEffectConnection = InstanceType<typeof UsageEffectConnection>

/** `effects` is added by a resolver. */
@previewType('Effect of recording past usage now. Nothing is recorded.')
export class UsagePreviewReport {
  @field('Number of lines.', () => SafeInt, { nullable: true })
  lineCount!: number | null

  @field('Number of lines that would be denied.', () => SafeInt, { nullable: true })
  deniedCount!: number | null

  /** ID of the batch or comparison. */
  subjectId!: string
  previewed!: readonly Effect[]
}

import { previewType } from '../kernel/payload.js'
import { GrantUse } from '../entitlements/consumption.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { DENIAL_CODE, DENIAL_MESSAGE } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { type BatchEffect } from '#services/billing/usage-batches/batch-effects.js'
import { UsageBatch } from './usage-batch.type.js'
export const UsageBatchInvoiceEffect = enumType('UsageBatchInvoiceEffect', 'Effect of past usage on invoices.', {
  NONE: 'No invoice depends on the usage.',
  NEXT_REPORT: 'The next usage report to the provider contains the usage or its cost.',
  WINDOW_INVOICE: 'The server invoices the cost after the window has ended.',
})
export type UsageBatchInvoiceEffect = keyof typeof UsageBatchInvoiceEffect

@objectType('A line that would be denied.')
export class UsageBatchDeniedLine {
  readonly __typename?: 'UsageBatchDeniedLine'

  @field('Key of the line.', () => String)
  key!: string

  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string
}

/** `account` is added by a resolver. */
@objectType('Effect of the lines of one account and feature.')
export class UsageBatchEffect {
  readonly __typename!: 'UsageBatchEffect'

  @field('Code of the feature.', () => String)
  featureCode!: string

  @field('Number of lines.', () => SafeInt)
  lineCount!: number

  @field('Number of lines that would be denied.', () => SafeInt)
  deniedCount!: number

  @field('Units that would be consumed.', () => SafeInt)
  units!: number

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

  @field('Effect on invoices.', () => UsageBatchInvoiceEffect)
  invoiceEffect!: UsageBatchInvoiceEffect

  @field('The first 20 lines that would be denied.', () => [UsageBatchDeniedLine])
  denied!: readonly UsageBatchDeniedLine[]

  accountId!: string
}

/** A page of effects. */
export const UsageBatchEffectConnection = listPage('UsageBatchEffect', 'effects of a batch', () => UsageBatchEffect)
export type UsageBatchEffectConnection = InstanceType<typeof UsageBatchEffectConnection>

/** `effects` is added by a resolver. */
@previewType('Effect of closing a batch now. Nothing is recorded.')
export class UsageBatchPreview {
  @field('The batch.', () => UsageBatch, { nullable: true })
  batch!: UsageBatch | null

  @field('Number of lines.', () => SafeInt, { nullable: true })
  lineCount!: number | null

  @field('Number of lines that would be denied.', () => SafeInt, { nullable: true })
  deniedCount!: number | null

  previewed!: readonly BatchEffect[]
}

import { previewType } from '../kernel/payload.js'
import { type EndEffect } from '#services/billing/usage-comparisons/preview-usage-comparison-end.js'
import { GrantUse } from '../entitlements/consumption.type.js'
import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Money } from '../kernel/money.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { UsageBatchInvoiceEffect } from './usage-batch-preview.type.js'
import { UsageComparison } from './usage-comparison.type.js'
/** `account` is added by a resolver. */
@objectType(
  'Effect on one account and feature of ending a comparison with its counted usage, after the batch was closed.',
)
export class UsageComparisonEndEffect {
  readonly __typename!: 'UsageComparisonEndEffect'

  @field('Code of the feature.', () => String)
  featureCode!: string

  @field('Counted units that still count. They are one line of the batch.', () => SafeInt)
  carriedUnits!: number

  @field('Units that would be consumed: all of the line, or 0 if it would be denied.', () => SafeInt)
  units!: number

  @field('Remaining units now. Null if unlimited.', () => SafeInt, { nullable: true })
  remainingBefore!: number | null

  @field('Remaining units afterwards. Null if unlimited.', () => SafeInt, { nullable: true })
  remainingAfter!: number | null

  @field('Units per source. Those of a pool have the source of the pool.', () => [GrantUse])
  taken!: readonly GrantUse[]

  @field('Units beyond the allowance.', () => SafeInt)
  overageUnits!: number

  @field('Cost of the units beyond the allowance. Null without cost.', () => Money, { nullable: true })
  overageCost!: Money | null

  @field('Effect on invoices.', () => UsageBatchInvoiceEffect)
  invoiceEffect!: UsageBatchInvoiceEffect

  @field('Reason why the line would be denied. Null if it would be consumed.', () => DenialCode, { nullable: true })
  denialCode!: DenialCode | null

  @field('Explanation of the denial. Null if the line would be consumed.', () => String, { nullable: true })
  denialMessage!: string | null

  accountId!: string
}

/** A page of effects. */
export const UsageComparisonEndEffectConnection = listPage(
  'UsageComparisonEndEffect',
  'effects of the end of a comparison',
  () => UsageComparisonEndEffect,
)
export type UsageComparisonEndEffectConnection = InstanceType<typeof UsageComparisonEndEffectConnection>

/** `effects` is added by a resolver. */
@previewType('Effect of ending a comparison now with its counted usage. Nothing is recorded.')
export class UsageComparisonEndPreview {
  @field('The comparison.', () => UsageComparison, { nullable: true })
  comparison!: UsageComparison | null

  @field('Number of lines in the batch. Without lines, no batch is opened.', () => SafeInt, { nullable: true })
  lineCount!: number | null

  @field('Number of lines that would be denied.', () => SafeInt, { nullable: true })
  deniedCount!: number | null

  previewed!: readonly EndEffect[]
}

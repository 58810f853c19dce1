import { allPages, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import type { BillingContext } from '../model/billing-context.js'
import { overageWatermark } from '../model/overage-watermarks.js'
import type { ProviderName } from '../providers/provider-name.js'
import { nextUnreported, nextUnreportedOverage, type UnreportedUsage } from './usage-reports.sql.js'

/** Usage that is reported, and the provider's meter for it. */
export interface MeteredFeature {
  readonly code: string
  readonly meter: string
  /** UNITS: all units. OVERAGE: the cost of those beyond the allowance, in minor units. */
  readonly reports: 'UNITS' | 'OVERAGE'
}

const ACCOUNTS_AT_ONCE = 500

/**
 * Collects the usage of paying accounts since the last run: one report per account and feature, for a ledger range that
 * no other report covers. Usage without a paid plan is skipped. Returns the number of reports.
 */
export async function collectUsage(
  context: BillingContext,
  provider: ProviderName,
  { code, meter, reports }: MeteredFeature,
): Promise<number> {
  const watermark = reports === 'OVERAGE' ? overageWatermark(code) : code
  const unreported = allPages<UnreportedUsage>(ACCOUNTS_AT_ONCE, (last) =>
    context.database.rows(reports === 'OVERAGE' ? nextUnreportedOverage : nextUnreported, {
      provider,
      feature: code,
      watermark,
      after: last?.accountId ?? '',
      limit: ACCOUNTS_AT_ONCE,
    }),
  )
  let made = 0
  await forEachSeparately(unreported, async (next) => {
    if (await write(context, provider, { watermark, meter }, next)) made++
  })
  return made
}

/** Report and watermark are written in one step; of two concurrent runs, one writes. */
async function write(
  context: BillingContext,
  provider: ProviderName,
  { watermark, meter }: { readonly watermark: string; readonly meter: string },
  { accountId, fromVersion, toVersion, amount, at }: UnreportedUsage,
): Promise<boolean> {
  // Amendments returned more than was used since the last report: the rest is subtracted from the next usage.
  if (amount < 0) return false
  return context.database.transaction(async (transaction) => {
    const { numInsertedOrUpdatedRows: moved } = await transaction.query
      .insertInto('usage_watermark')
      .values({ accountId, feature: watermark, version: toVersion })
      .onConflict((conflict) =>
        conflict
          .columns(['accountId', 'feature'])
          .doUpdateSet({ version: toVersion })
          .where('usage_watermark.version', '=', fromVersion),
      )
      .executeTakeFirstOrThrow()
    if (!moved || amount === 0) return false
    await transaction.query
      .insertInto('usage_report')
      .values({
        id: transaction.newId('usg'),
        accountId,
        provider,
        feature: watermark,
        meter,
        fromVersion,
        toVersion,
        amount,
        at: at!,
      })
      .execute()
    return true
  })
}

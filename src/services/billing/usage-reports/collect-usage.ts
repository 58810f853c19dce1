import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
import { nextUnreported, type UnreportedUsage } from './usage-reports.sql.js'

/** A feature whose use is reported, and the provider's meter for it. */
export interface MeteredFeature {
  readonly code: string
  readonly meter: string
}

const ACCOUNTS_AT_ONCE = 500

/**
 * Collects the usage of paying accounts since the last run: one report per account and feature, for a ledger range that
 * no other report covers. Usage without a paid plan is skipped. Returns the number of reports.
 */
export async function collectUsage(
  context: BillingContext,
  provider: ProviderName,
  { code, meter }: MeteredFeature,
): Promise<number> {
  let made = 0
  let after = ''
  for (;;) {
    const unreported = await context.database.rows(nextUnreported, {
      provider,
      feature: code,
      after,
      limit: ACCOUNTS_AT_ONCE,
    })
    for (const next of unreported) if (await write(context, provider, { code, meter }, next)) made++
    if (unreported.length < ACCOUNTS_AT_ONCE) return made
    after = unreported.at(-1)!.accountId
  }
}

/** Report and watermark are written in one step; of two concurrent runs, one writes. */
async function write(
  context: BillingContext,
  provider: ProviderName,
  { code, meter }: MeteredFeature,
  { accountId, fromVersion, toVersion, amount, at }: UnreportedUsage,
): Promise<boolean> {
  // Amendments returned more than was used since the last report: the rest is subtracted from the next usage.
  if (amount < 0) return false
  return context.database.transaction(async (transaction) => {
    const { numInsertedOrUpdatedRows: moved } = await transaction.query
      .insertInto('usage_watermark')
      .values({ accountId, feature: code, version: toVersion })
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
        feature: code,
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

import { newId } from '#services/kernel/ids/ids.js'
import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
import { isUsageEntry } from '#services/entitlements/usage/usage-entry.js'

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
    const unreported = await context.database.rows<UnreportedUsage>(NEXT_UNREPORTED, [
      provider,
      code,
      after,
      ACCOUNTS_AT_ONCE,
    ])
    for (const next of unreported) if (await write(context, provider, { code, meter }, next)) made++
    if (unreported.length < ACCOUNTS_AT_ONCE) return made
    after = unreported.at(-1)!.accountId
  }
}

/** An account's ledger behind the watermark, and what was used in it while a paid plan was held. */
interface UnreportedUsage {
  readonly accountId: string
  readonly fromVersion: number
  readonly toVersion: number
  readonly amount: number
  readonly at: Date | null
}

/**
 * Ledger entries are appended under the account lock and increment the version, so all entries below a visible version
 * are visible.
 */
const NEXT_UNREPORTED = `
  select a.id as account_id, coalesce(w.version, 0) as from_version, a.version as to_version, coalesce(used.amount, 0)::bigint as amount, used.at
  from account a
    join billing_customer c on c.account_id = a.id and c.provider = $1 and c.customer_id is not null
    left join usage_watermark w on w.account_id = a.id and w.feature = $2
    left join lateral (
      select -sum(l.amount) as amount, max(l.at) as at from ledger_entry l
      where l.account_id = a.id and l.version > coalesce(w.version, 0) and l.version <= a.version and l.feature = $2 and ${isUsageEntry('l')}
        and exists (select 1 from plan_assignment p where p.account_id = a.id and p.source_type = 'subscription'
          and p.since <= l.at and (p.ended_at is null or p.ended_at > l.at))) used on true
  where a.id > $3 and a.version > coalesce(w.version, 0)
  order by a.id limit $4`

/** Report and watermark are written in one step; of two concurrent runs, one writes. */
async function write(
  context: BillingContext,
  provider: ProviderName,
  { code, meter }: MeteredFeature,
  { accountId, fromVersion, toVersion, amount, at }: UnreportedUsage,
): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    const moved = await transaction.run(
      `insert into usage_watermark (account_id, feature, version) values ($1, $2, $4)
       on conflict (account_id, feature) do update set version = excluded.version where usage_watermark.version = $3`,
      [accountId, code, fromVersion, toVersion],
    )
    if (!moved || amount <= 0) return false
    await transaction.run(
      `insert into usage_report (id, account_id, provider, feature, meter, from_version, to_version, amount, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [newId('usg'), accountId, provider, code, meter, fromVersion, toVersion, amount, at],
    )
    return true
  })
}

import { sql } from 'kysely'
import type { ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { canonicalJson } from '#services/kernel/text/canonical-json.js'
import { signContent } from '#services/entitlements/ledger-chain/signing-keys.js'
import { REPORT_FORMAT, type ReportContent } from './report-content.js'

const PERIOD_MS = 600_000
const DAY_MS = 86_400_000

type Parts = Pick<Context, 'database' | 'machineClock' | 'secrets'>

/** Signs the report of each day after its end. Safe in several processes. */
export const startReconciliationReports = (context: Context): BackgroundJob =>
  runPeriodically(context, PERIOD_MS, 'reconciliation report', () => makeDueReport(context))

/** Signs the report of yesterday (UTC, machine clock), if the installation existed and the report does not exist. */
export async function makeDueReport({ database, machineClock, secrets }: Parts): Promise<void> {
  const today = Math.floor(machineClock.now().getTime() / DAY_MS) * DAY_MS
  const [from, to] = [new Date(today - DAY_MS), new Date(today)]
  const day = from.toISOString().slice(0, 10)
  await database.transaction(async (transaction) => {
    const { query } = transaction
    const installation = await query.selectFrom('installation').select(['business', 'createdAt']).executeTakeFirst()
    if (!installation || installation.createdAt >= to) return
    if (await query.selectFrom('reconciliation_report').select('day').where('day', '=', day).executeTakeFirst()) return
    const found = await reportOf(transaction, installation.business, { day, from, to })
    const signed = await signContent(transaction, secrets, (keyId) => canonicalJson({ ...found, key_id: keyId }))
    await query
      .insertInto('reconciliation_report')
      .values({ day, ...signed })
      .onConflict((conflict) => conflict.column('day').doNothing())
      .execute()
  })
}

async function reportOf(
  { query }: Sql,
  business: string,
  { day, from, to }: { readonly day: string; readonly from: Date; readonly to: Date },
): Promise<Omit<ReportContent, 'key_id'>> {
  const runs = await query
    .selectFrom('reconciliation_run')
    .selectAll()
    .where('startedAt', '>=', from)
    .where('startedAt', '<', to)
    .orderBy('startedAt')
    .orderBy('id')
    .execute()
  const accepted = await query
    .selectFrom('accepted_drift')
    .selectAll()
    .where('acceptedAt', '<', to)
    .where((eb) => eb.or([eb('acceptedUntil', 'is', null), eb('acceptedUntil', '>', from)]))
    .orderBy('acceptedAt')
    .orderBy(sql`provider, kind, object, fingerprint`)
    .execute()
  return {
    format: REPORT_FORMAT,
    business,
    day,
    runs: runs.map(toRun),
    open_count: lastRuns(runs)
      .flatMap(({ drift }) => drift)
      .filter(({ healed, accepted: isAccepted }) => !healed && !isAccepted).length,
    accepted_differences: accepted.map((row) => ({
      provider: row.provider,
      kind: row.kind,
      object: row.object,
      accepted_by: row.acceptedBy,
      reason: row.reason,
      accepted_at: row.acceptedAt.toISOString(),
      accepted_until: row.acceptedUntil?.toISOString() ?? null,
    })),
  }
}

/** The last complete run of all accounts, by provider and scope. */
const lastRuns = (runs: readonly ReconciliationRunRow[]): ReconciliationRunRow[] => [
  ...new Map(
    runs
      .filter(({ finishedAt, error, subjectAccount }) => finishedAt && error === null && subjectAccount === null)
      .map((run) => [`${run.provider} ${run.scope}`, run]),
  ).values(),
]

const toRun = (run: ReconciliationRunRow): ReportContent['runs'][number] => ({
  id: run.id,
  provider: run.provider,
  scope: run.scope,
  started_at: run.startedAt.toISOString(),
  finished_at: run.finishedAt?.toISOString() ?? null,
  checked: run.checked,
  since: run.since?.toISOString() ?? null,
  until: run.until?.toISOString() ?? null,
  sums: run.totals.map(({ currency, what, theirsMinor, oursMinor }) => ({
    currency,
    what,
    theirs_minor: theirsMinor,
    ours_minor: oursMinor,
  })),
  differences: run.drift.map(({ kind, object, description, accountId, healed, accepted }) => ({
    kind,
    object,
    description: description ?? '',
    account_id: accountId ?? null,
    healed,
    accepted: accepted ?? false,
  })),
  error: run.error,
})

import type { ReconciliationReportRow } from '#entities/billing/reconciliation-report.entity.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { signedDocument, type SignedDocument } from '#services/entitlements/ledger-chain/signed-document.js'
import { reportSchema, type ReportContent } from './report-content.js'

/** A report with the document that proves it. */
export interface SignedReport {
  readonly report: ReportContent
  readonly document: SignedDocument
}

/** Signed reports of all days, the latest first; for operators. */
export async function reconciliationReports(
  context: BillingContext,
  request: PageRequest,
): Promise<Page<SignedReport>> {
  const { database } = context
  const page = await readPage<ReconciliationReportRow>(
    request,
    'reconciliation reports',
    ({ day }) => [day],
    (limit, after, backward) =>
      database.query
        .selectFrom('reconciliation_report')
        .selectAll()
        .$if(!!after, (query) => query.where('day', backward ? '>' : '<', after![0]!))
        .orderBy('day', backward ? 'asc' : 'desc')
        .limit(limit)
        .execute(),
  )
  const items = await Promise.all(
    page.items.map(async (row) => ({
      report: reportSchema.parse(JSON.parse(row.content)),
      document: await signedDocument(database, row),
    })),
  )
  return { ...page, items }
}

import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
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
  const reports = database.query.selectFrom('reconciliation_report').selectAll()
  const page = await readRows(request, 'reconciliation reports', reports, { by: ['day'] })
  const items = await Promise.all(
    page.items.map(async (row) => ({
      report: reportSchema.parse(JSON.parse(row.content)),
      document: await signedDocument(database, row),
    })),
  )
  return { ...page, items }
}

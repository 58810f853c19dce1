import { checkSignature, type SignedDocument } from '#services/entitlements/ledger-chain/signed-document.js'
import { reportSchema, type ReportContent } from './report-content.js'

export interface ReportVerification {
  readonly ok: boolean
  /** Null if the content cannot be read. */
  readonly report: ReportContent | null
  readonly keyId: string
  readonly isKeyTrusted: boolean
  readonly problems: readonly string[]
}

/** Verifies a signed reconciliation report without a server. */
export function verifyReport(document: SignedDocument, keys: readonly string[] = []): ReportVerification {
  const problems: string[] = []
  checkSignature(document, 'report', keys, problems)
  const report = readContent(document.content)
  if (!report || report.key_id !== document.key_id) problems.push('The content of the report cannot be read.')
  return { ok: problems.length === 0, report, keyId: document.key_id, isKeyTrusted: keys.length > 0, problems }
}

function readContent(content: string): ReportContent | null {
  try {
    return reportSchema.safeParse(JSON.parse(content)).data ?? null
  } catch {
    return null
  }
}

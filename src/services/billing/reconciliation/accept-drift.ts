import type { AcceptDriftArgs } from '#schema/billing/drift.type.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { refused, refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { recordAcceptance } from './money/accepted-drift.js'
import { requireDrift, updateDrift, type DriftRow } from './drift-row.js'

/** Accepts a difference. Later runs do not name it while the provider's state stays the same, at most until a time. */
export async function acceptDrift(context: BillingContext, input: AcceptDriftArgs): Promise<DriftRow | Denied> {
  const found = await requireDrift(context, input.driftId)
  const reason = input.reason.trim()
  const until = input.expiresAt ?? null
  const issues: InputIssue[] = [...(validateReason(reason)?.issues ?? [])]
  if (until && until <= context.clock.now())
    issues.push({ path: ['expiresAt'], code: 'INVALID_PARAMETERS', message: 'expiresAt must be in the future.' })
  const [first, ...rest] = issues
  if (first) return denied(refusedInput([first, ...rest]))
  if (found.drift.healed) return denied(refused('INVALID_TRANSITION', 'This difference is already repaired.'))
  await recordAcceptance(context, { provider: found.run.provider, drift: found.drift, reason, until })
  return updateDrift(context, found, { accepted: true, acceptedUntil: until?.toISOString() ?? null })
}

import type { ReconciliationRunRow } from '../../entities/ops/reconciliation-run.entity.js'
import type { PaymentProvider } from '../../schema/billing/payment-provider.js'
import type { ReconciliationRun } from '../../schema/ops/reconciliation.type.js'

export const toReconciliationRun = (row: ReconciliationRunRow): ReconciliationRun => ({
  __typename: 'ReconciliationRun',
  id: row.id,
  provider: row.provider as PaymentProvider,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  checked: row.checked,
  drift: row.drift.map((drift) => ({ __typename: 'Drift', ...drift })),
  healed: row.healed,
  why: row.why,
})

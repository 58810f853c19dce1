import type { ReconciliationRunRow } from '#entities/ops/reconciliation-run.entity.js'
import type { PaymentProvider } from '#schema/billing/payment-provider.js'
import type { ReconciliationRun } from '#schema/ops/reconciliation.type.js'
import { driftId } from '#services/ops/reconciliation/drift-row.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toDrift } from './drift.mapper.js'

export const toReconciliationRun = (row: ReconciliationRunRow): ReconciliationRun => ({
  __typename: 'ReconciliationRun',
  id: row.id,
  provider: row.provider as PaymentProvider,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  checked: row.checked,
  since: row.since,
  until: row.until,
  money: row.totals.map(({ what, currency, theirsMinor, oursMinor }) => ({
    __typename: 'ComparedMoney',
    what,
    theirs: toMoney({ amountMinor: theirsMinor, currency }),
    ours: toMoney({ amountMinor: oursMinor, currency }),
  })),
  drift: row.drift.map((drift, index) => toDrift({ id: driftId(row.id, index), run: row, drift })),
  healed: row.healed,
  error: row.error,
})

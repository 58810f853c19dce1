import { mapped, rowNodes, type LoadNode } from '#context/nodes.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { visibleTask } from '#services/ops/account-data/account-jobs.js'
import { isSigningKeyId, signingKeyById } from '#services/ops/ledger-chain/signing-keys.js'
import { operatorEventCursor } from '#services/ops/operator-events/operator-events.js'
import { visibleDrift } from '#services/ops/reconciliation/drift-row.js'
import { toEvent } from '../kernel/event.mapper.js'
import { toAccountJob } from './account-job.resolver.js'
import { toAuditEntry } from './audit.resolver.js'
import { toDeadLetter } from './dead-letter.resolver.js'
import { toDrift } from './drift.mapper.js'
import { toOutage } from './outages.resolver.js'
import { toPriceList } from './price-list.mapper.js'
import { toReconciliationRun } from './reconciliation.mapper.js'
import { toSigningKey } from './statement.resolver.js'
import { toWebhookEvent } from './webhook-event.mapper.js'

/** Objects that operators see. */
export const operationNodes = rowNodes({
  prl: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.priceList.load(id)), toPriceList),
  out: async (context, id) => mapped(await readAsOperator(context, () => context.loaders.outage.load(id)), toOutage),
  evt: async (context, id) => {
    const event = await readAsOperator(context, () => context.loaders.operatorEvent.load(id))
    return event && toEvent(event, await operatorEventCursor(context, event))
  },
  tsk: async (context, id) =>
    mapped(await visibleTask(context, await context.loaders.accountJob.load(id)), (row) => toAccountJob(context, row)),
  aud: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.auditEntry.load(id)), toAuditEntry),
  rcn: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.reconciliationRun.load(id)), toReconciliationRun),
  dlt: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.deadLetter.load(id)), toDeadLetter),
  drf: async (context, id) =>
    mapped(await visibleDrift(context, id, (runId) => context.loaders.reconciliationRun.load(runId)), toDrift),
  ibx: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.inboxEvent.load(id)), toWebhookEvent),
})

/** Keys that sign statements. Their IDs have no prefix. */
export const loadSigningKey: LoadNode = async (context, id) =>
  mapped(isSigningKeyId(id) ? await signingKeyById(context.database, id) : null, toSigningKey)

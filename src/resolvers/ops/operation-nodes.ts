import { mapped, rowNodes } from '#context/nodes.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { visibleTask } from '#services/ops/account-data/account-jobs.js'
import { operatorEventCursor } from '#services/ops/operator-events/operator-events.js'
import { toEvent } from '../kernel/event.mapper.js'
import { toAccountJob } from './account-job.resolver.js'
import { toAuditEntry } from './audit.resolver.js'
import { toDeadLetter } from './dead-letter.resolver.js'

/** Objects that operators see. */
export const operationNodes = rowNodes({
  evt: async (context, id) => {
    const event = await readAsOperator(context, () => context.loaders.operatorEvent.load(id))
    return event && toEvent(event, await operatorEventCursor(context, event))
  },
  tsk: async (context, id) =>
    mapped(await visibleTask(context, await context.loaders.accountJob.load(id)), (row) => toAccountJob(context, row)),
  aud: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.auditEntry.load(id)), toAuditEntry),
  dlt: async (context, id) =>
    mapped(await readAsOperator(context, () => context.loaders.deadLetter.load(id)), toDeadLetter),
})

import { ofAccount, text, time } from '#services/kernel/outbox/event-data/define-event-data.js'

const by = () => text().describe('The caller.')

/** Data of events about the deletion of accounts. */
export const operationsEvents = {
  'account.deletion_scheduled': ofAccount('DeletionScheduledData', 'an account will be deleted', {
    taskId: text(),
    runAt: time().describe('Time of the deletion.'),
    by: by(),
  }),
  'account.deletion_canceled': ofAccount('DeletionCanceledData', 'the deletion of an account was canceled', {
    taskId: text(),
    by: by(),
  }),
  'account.deleted': ofAccount('AccountDeletedData', 'an account was deleted', {}),
} as const

type OperationsEvents = typeof operationsEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends OperationsEvents {}
}

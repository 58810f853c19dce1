import { forEachAccount, statementForm, textOf } from '#services/kernel/database/forms.js'
import { finishBatchLines } from './usage-batches.sql.js'

export const usageBatchForms = [
  statementForm(
    finishBatchLines,
    forEachAccount(textOf(finishBatchLines), 'r.account_id', [
      'accountIds',
      'ids',
      'consumptionIds',
      'units',
      'denialCodes',
      'denialMessages',
    ]),
  ),
]

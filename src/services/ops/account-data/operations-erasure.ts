import { deleteRows, keepRows, type ErasureRule } from '#services/identity/account-data/erasure-rule.js'

/** Tasks of accounts. */
export const operationsErasure: readonly ErasureRule[] = [
  deleteRows('account_export_part', false),
  keepRows('account_job'),
]

import { deleting, type RetentionRule } from '#services/kernel/retention/retention-rule.js'

/** Exports of accounts. */
export const operationsRetention: readonly RetentionRule[] = [
  {
    name: 'account_exports',
    what: 'Contents of account exports. The audit log retains the fact of the export.',
    days: 7,
    deleteOld: deleting('account_job', (query, before) =>
      query.selectFrom('account_job').select('id').where('recordedAt', '<', before).where('kind', '=', 'EXPORT'),
    ),
  },
]

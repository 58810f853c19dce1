import { deleting, type RetentionRule } from '#services/kernel/retention/retention-rule.js'

/** Keys of sessions. */
export const identityRetention: readonly RetentionRule[] = [
  {
    name: 'account_sessions',
    what: 'Account sessions that have ended. Service keys are retained.',
    days: 7,
    deleteOld: deleting('service_key', (query, before) =>
      query.selectFrom('service_key').select('id').where('permissions', 'is not', null).where('expiresAt', '<', before),
    ),
  },
]

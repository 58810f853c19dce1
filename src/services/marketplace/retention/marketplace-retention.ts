import { deleting, type RetentionRule } from '#services/kernel/retention/retention-rule.js'

/** Messages about templates. */
export const marketplaceRetention: readonly RetentionRule[] = [
  {
    name: 'sibling_messages',
    what: 'Template messages sent to the User Service.',
    days: 30,
    deleteOld: deleting('template_sync_message', (query, before) =>
      query
        .selectFrom('template_sync_message')
        .select('id')
        .where('createdAt', '<', before)
        .where('state', '<>', 'PENDING'),
    ),
  },
]

import { cutoff, type RetentionRule } from '#services/kernel/retention/retention-rule.js'

/** Comparisons with another engine. */
export const billingRetention: readonly RetentionRule[] = [
  {
    name: 'compared_uses',
    what: 'Compared uses of comparisons with another engine. The totals of a comparison are retained.',
    days: 90,
    deleteOld: async ({ query }, days, limit) => {
      const { numDeletedRows } = await query
        .deleteFrom('usage_compared_use')
        .where((eb) =>
          eb(
            eb.refTuple('id', 'accountId'),
            'in',
            eb
              .selectFrom('usage_compared_use as old')
              .select(['old.id', 'old.accountId'])
              .where('old.recordedAt', '<', cutoff(days))
              .limit(limit)
              .$asTuple('id', 'accountId'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  },
]

import type { CodeRule } from '#services/catalog/invariants/invariant-rule.js'

export const probeRules: readonly CodeRule[] = [
  {
    name: 'probes_greet',
    description: 'Each event of the probe has a greeting.',
    check: async ({ query }) => {
      const events = await query
        .selectFrom('outbox_event')
        .select(['id', 'payload'])
        .where('type', '=', 'probe.ran')
        .execute()
      const silent = events.find(({ payload }) => !payload['greeting'])
      return { checked: events.length, counterexample: silent ? { eventId: silent.id } : null }
    },
  },
]

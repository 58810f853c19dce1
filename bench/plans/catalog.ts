import { stringify } from 'yaml'

/** The features of the benchmark's catalog; the peers know them from here, as the product does from its catalog file. */
export const features = [
  { code: 'projects', name: 'Projects', kind: 'LIMIT' },
  { code: 'stories', name: 'Stories', kind: 'QUOTA', window: 'month' },
  { code: 'exports', name: 'Exports', kind: 'QUOTA', window: '30d' },
  { code: 'calls', name: 'Calls a minute', kind: 'RATE' },
  { code: 'sso', name: 'Single sign-on', kind: 'BOOLEAN' },
] as const

/** A catalog of plans with 5 features each, priced by the month and the year, as the YAML that the product loads. */
export function planCatalog(count = 20): string {
  const plans = Array.from({ length: count }, (_, rank) => [
    `plan_${rank}`,
    {
      name: `Plan ${rank}`,
      rank,
      // The plan that an account starts with costs nothing.
      ...(rank > 0 ? { prices: { month: `${rank}0.00`, year: `${rank}00.00` } } : {}),
      features: {
        projects: rank === count - 1 ? 'unlimited' : 5 * (rank + 1),
        stories: 25 * (rank + 1),
        exports: 10 + rank,
        calls: 60 * (rank + 1),
        sso: rank % 2 === 0,
      },
    },
  ])
  return stringify({
    business: 'bench',
    currency: 'USD',
    features: Object.fromEntries(
      features.map(({ code, kind, ...rest }) => [code, { ...rest, kind: kind.toLowerCase() }]),
    ),
    plans: Object.fromEntries(plans),
  })
}

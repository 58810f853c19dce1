const DAY_MS = 86_400_000
const RECENT_DAYS = 7
/** Later than this, a forecast says nothing. */
const MAX_DAYS = 365

/** A day of usage, as the API returns it. */
export interface UsagePoint {
  readonly to: string
  readonly amount: number
}

export type Forecast =
  /** Nothing was used lately. */
  | { readonly kind: 'idle' }
  /** It is used up before it resets. */
  | { readonly kind: 'lasts'; readonly until: string }
  /** It lasts until its reset, or for more than a year. */
  | { readonly kind: 'enough'; readonly resetsAt: string | null }

/**
 * When what remains is used up, if every day uses as much as the last seven on average.
 * @param points usage by day, the current day last
 * @param now time of the business clock
 */
export function forecastOf(
  points: readonly UsagePoint[],
  { remaining, resetsAt }: { readonly remaining: number; readonly resetsAt: string | null },
  now: string,
): Forecast {
  const recent = points.slice(-RECENT_DAYS)
  const used = recent.reduce((sum, { amount }) => sum + amount, 0)
  if (used <= 0) return { kind: 'idle' }
  const days = remaining / (used / recent.length)
  const until = Date.parse(now) + Math.min(days, MAX_DAYS) * DAY_MS
  if (days > MAX_DAYS || (resetsAt !== null && until >= Date.parse(resetsAt))) return { kind: 'enough', resetsAt }
  return { kind: 'lasts', until: new Date(until).toISOString() }
}

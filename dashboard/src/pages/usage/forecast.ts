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
  | { readonly kind: 'lasts'; readonly until: string; readonly perDay: number }
  /** It lasts until its reset, or for more than a year. */
  | { readonly kind: 'enough'; readonly resetsAt: string | null; readonly perDay: number }

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
  const perDay = used / recent.length
  const days = remaining / perDay
  const until = Date.parse(now) + Math.min(days, MAX_DAYS) * DAY_MS
  if (days > MAX_DAYS || (resetsAt !== null && until >= Date.parse(resetsAt)))
    return { kind: 'enough', resetsAt, perDay }
  return { kind: 'lasts', until: new Date(until).toISOString(), perDay }
}

/** A day of the window of an allowance: what was used until its end, or what is expected. Today has both. */
export interface CumulativeDay {
  readonly from: string
  readonly used: number | null
  readonly expected: number | null
}

/**
 * The days of the present window up to its end, or as many as have passed: back from what is used now, a day is in the window while there
 * was use in it.
 * @param days usage by day, the current day last
 */
export function cumulativeOf(
  days: readonly (UsagePoint & { readonly from: string })[],
  used: number,
  forecast: Forecast,
): readonly CumulativeDay[] {
  const past: CumulativeDay[] = []
  let level = used
  for (const { from, amount } of days.toReversed()) {
    if (level <= 0) break
    past.unshift({ from, used: level, expected: null })
    level -= amount
  }
  const now = past.at(-1)
  if (!now || forecast.kind === 'idle') return past
  const end = Date.parse((forecast.kind === 'enough' ? forecast.resetsAt : forecast.until) ?? now.from)
  const today = Date.parse(now.from)
  const rest = Math.max(0, Math.min(Math.floor((end - today) / DAY_MS), past.length))
  return [
    ...past.slice(0, -1),
    { ...now, expected: used },
    ...Array.from({ length: rest }, (_, index) => ({
      from: new Date(today + (index + 1) * DAY_MS).toISOString(),
      used: null,
      expected: Math.round(used + forecast.perDay * (index + 1)),
    })),
  ]
}

import type { FixedWindow, QuotaWindow, SlidingWindow } from './types.js'

/** Windows that have a name. */
export const WINDOWS: readonly string[] = ['hour', 'day', 'week', 'month', 'billing_period'] satisfies (
  | FixedWindow
  | 'billing_period'
)[]

/** True for a window whose uses end one after the other. */
export const isSliding = (window: QuotaWindow | null): window is SlidingWindow =>
  window !== null && !WINDOWS.includes(window)

/** Ten years: longer is surely a slip of the finger. */
const MAX_DAYS = 3660

/** Days of a duration such as `90d`. Null if invalid. */
export function parseDays(text: string): number | null {
  const match = /^([1-9]\d{0,3})d$/.exec(text)
  if (!match) return null
  const days = Number(match[1])
  return days <= MAX_DAYS ? days : null
}

/** Window of a text: `hour`, `day`, `week`, `month`, `billing_period` or days such as `30d`. Null if invalid. */
export function parseQuotaWindow(text: string): QuotaWindow | null {
  if (WINDOWS.includes(text)) return text as QuotaWindow
  const days = parseDays(text)
  return days === null ? null : `${days}d`
}

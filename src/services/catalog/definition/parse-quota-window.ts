import type { QuotaWindow } from './types.js'

/** Ten years: longer is surely a slip of the finger. */
const MAX_DAYS = 3660

/** Days of a duration such as `90d`. Null if invalid. */
export function parseDays(text: string): number | null {
  const match = /^([1-9]\d{0,3})d$/.exec(text)
  if (!match) return null
  const days = Number(match[1])
  return days <= MAX_DAYS ? days : null
}

/** Window of a text: `month`, `billing_period` or days such as `30d`. Null if invalid. */
export function parseQuotaWindow(text: string): QuotaWindow | null {
  if (text === 'month' || text === 'billing_period') return text
  const days = parseDays(text)
  return days === null ? null : `${days}d`
}

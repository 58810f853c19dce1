import type { QuotaWindow } from './types.js'

/** Ten years: longer is surely a slip of the finger. */
const MAX_DAYS = 3660

/** The days in a duration such as `90d`, or null when the text is none. */
export function parseDays(text: string): number | null {
  const match = /^([1-9]\d{0,3})d$/.exec(text)
  if (!match) return null
  const days = Number(match[1])
  return days <= MAX_DAYS ? days : null
}

/** The window a text names: `month`, `billing_period` or days such as `30d`; null when it names none. */
export function parseQuotaWindow(text: string): QuotaWindow | null {
  if (text === 'month' || text === 'billing_period') return text
  const days = parseDays(text)
  return days === null ? null : `${days}d`
}

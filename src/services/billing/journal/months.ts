import { AppError } from '#services/kernel/errors/app-error.js'

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/

/** A month as `2026-10`. @throws `BAD_USER_INPUT` for another text */
export function readMonth(text: string): string {
  if (!MONTH.test(text)) throw new AppError('BAD_USER_INPUT', '`month` must be a month, for example 2026-10.')
  return text
}

/** The month of a time in UTC. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7)

/** Beginning of a month in UTC. */
export const startOf = (month: string): Date => new Date(`${month}-01T00:00:00Z`)

export function nextMonth(month: string): string {
  const at = startOf(month)
  at.setUTCMonth(at.getUTCMonth() + 1)
  return monthOf(at)
}

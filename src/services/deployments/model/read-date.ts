/** A time with its zone; null for anything else, for example years beyond four digits. */
export function readDate(reported: unknown): Date | null {
  if (typeof reported !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(reported)) return null
  const date = new Date(reported)
  return Number.isNaN(date.getTime()) ? null : date
}

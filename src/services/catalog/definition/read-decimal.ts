import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader } from './catalog-reader.js'

/** Decimals of a price after its division by `per`. */
export const PRICE_DECIMALS = 9

/** The written decimal as an integer of its last decimal: no float is involved. Zero if it is wrong, which is then noted. */
export function readDecimal(reader: CatalogReader, path: FieldPath, decimals: number, reason = ''): number {
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(reader.source.textAt(path) ?? '')
  const [, whole = '', fraction = ''] = match ?? []
  if (match && fraction.length <= decimals) return Number(whole + fraction.padEnd(decimals, '0'))
  reader.source.report(
    path,
    match ? `expected at most ${decimals} decimals${reason}` : 'expected a decimal, for example 0.25',
  )
  return 0
}

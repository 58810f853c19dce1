import { toDecimal } from '#services/kernel/money/money.js'
import type { CatalogChange } from './catalog-change.js'

/** One-line description of a change, for output. */
export function describeCatalogChange(change: CatalogChange): string {
  const what = change.kind.replaceAll('_', ' ')
  if ('price' in change)
    return `${what} of ${change.owner.type.toLowerCase()} ${change.owner.code}: ${toDecimal(change.price)} ${change.price.currency} ${change.price.interval.toLowerCase()}`
  if ('plan' in change) return `${what} ${change.plan.code}`
  if ('definition' in change) return `${what} ${change.definition.code}`
  return `${what} ${change.code}`
}

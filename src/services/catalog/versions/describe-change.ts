import { toDecimal } from '../../kernel/money/money.js'
import type { CatalogChange } from './catalog-change.js'

/** A change in one plain line, for people who ask before they load. */
export function describeCatalogChange(change: CatalogChange): string {
  const what = change.kind.replaceAll('_', ' ')
  if ('price' in change)
    return `${what} of ${change.owner.type.toLowerCase()} ${change.owner.code}: ${toDecimal(change.price)} ${change.price.currency} ${change.price.interval.toLowerCase()}`
  if ('plan' in change) return `${what} ${change.plan.code}`
  if ('definition' in change) return `${what} ${change.definition.code}`
  return `${what} ${change.code}`
}

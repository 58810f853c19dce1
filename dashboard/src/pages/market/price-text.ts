import type { PriceFields } from '@stackgate/client/documents'
import { money, priceUnit } from '../../ui/format.js'

/** A price in one line: "$9.00 per month". */
export const priceText = (price: PriceFields): string => `${money(price.money)} ${priceUnit(price)}`.trim()

import type { PurchaseFields } from '@stackgate/client/documents'
import { words } from '../words/en.js'

/** The purchased product, or the plan beyond whose allowance units were used. */
export const purchaseTitle = ({ product, forOverage }: Pick<PurchaseFields, 'product' | 'forOverage'>): string =>
  forOverage ? words.billing.beyondAllowance(product.name) : product.name

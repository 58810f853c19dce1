import type { PurchaseFields } from '@stackgate/client/documents'
import { words } from '../words/en.js'

/** The purchased product, or the plan beyond whose allowance units were used. */
export const purchaseTitle = ({ product, overage }: Pick<PurchaseFields, 'product' | 'overage'>): string =>
  overage ? words.billing.beyondAllowance(product.name) : product.name

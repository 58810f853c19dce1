import { words } from '../words/en.js'

/** The purchased product, or the plan beyond whose allowance units were used. */
export const purchaseTitle = ({
  product,
  forOverage,
}: {
  readonly product: { readonly name: string }
  readonly forOverage: boolean
}): string => (forOverage ? words.billing.beyondAllowance(product.name) : product.name)

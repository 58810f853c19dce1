import { words } from '../words/en.js'
import type { DashboardConfig } from './config.js'
import { useSession } from './session-context.js'

/** Name and logo of the pages. */
interface Seller {
  readonly name: string
  /** Address of a picture. */
  readonly logo: string
}

const sellerOf = ({ brand }: Pick<DashboardConfig, 'brand'>): Seller => ({
  name: brand?.name ?? words.app,
  logo: brand?.logo ?? 'favicon.svg',
})

/** The seller by the brand of the catalog, or Stackgate. */
export const useSeller = (): Seller => sellerOf(useSession().config)

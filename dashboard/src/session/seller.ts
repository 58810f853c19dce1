import { words } from '../words/en.js'
import { useSession } from './session-context.js'

/** Name and logo of the pages. */
interface Seller {
  readonly name: string
  /** Address of a picture. Null: the first letter of the name stands for it. */
  readonly logo: string | null
}

/** The seller by the brand of the catalog, or Stackgate. */
export function useSeller(): Seller {
  const { brand } = useSession().config
  return brand ?? { name: words.app, logo: 'favicon.svg' }
}

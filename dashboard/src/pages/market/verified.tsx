import IconRosetteDiscountCheck from 'icon:rosette-discount-check'
import { Icon } from '../../ui/icon.js'
import { marketWords } from '../../words/en/market.js'

/** Mark of a vendor whose identity an operator verified. */
export const Verified = () => (
  <span className="verified" role="img" aria-label={marketWords.verified} title={marketWords.verified}>
    <Icon of={IconRosetteDiscountCheck} />
  </span>
)

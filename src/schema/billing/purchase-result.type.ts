import { unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { Checkout } from './checkout.type.js'
import { Purchase } from './purchase.type.js'

export const PurchasePackageResult = unionType(
  'PurchasePackageResult',
  'A checkout for the package, or a denial.',
  () => [Checkout, RateLimited, Refused],
)
export type PurchasePackageResult = Checkout | RateLimited | Refused

export const RefundPurchaseResult = unionType(
  'RefundPurchaseResult',
  'The purchase after the refund, or a denial.',
  () => [Purchase, Refused],
)
export type RefundPurchaseResult = Purchase | Refused

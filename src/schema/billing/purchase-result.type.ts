import { unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { Checkout } from './checkout.type.js'
import { Purchase } from './purchase.type.js'

export const PurchaseResult = unionType('PurchaseResult', 'The checkout, or a denial.', () => [
  Checkout,
  RateLimited,
  Refused,
])
export type PurchaseResult = Checkout | RateLimited | Refused

export const RefundResult = unionType('RefundResult', 'The purchase after the refund, or a denial.', () => [
  Purchase,
  Refused,
])
export type RefundResult = Purchase | Refused

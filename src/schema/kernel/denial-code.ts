import type { DenialCode as AnyCode } from '#services/kernel/codes/codes.js'
import { enumType } from './decorators.js'

/** Codes of all installations. Higher modules add theirs. */
export const DenialCode = enumType('DenialCode', 'Code of a denial.', {
  INSUFFICIENT_PLAN: 'A plan of a higher rank is required.',
  TEMPLATE_NOT_PURCHASED: 'The template is paid and the account does not own it.',
  FEATURE_NOT_INCLUDED: 'The account has no source that grants the feature.',
  NOT_FOUND:
    'The catalog has no such feature, and the message names the nearest one; or the caller cannot see the object of one item of a list.',
  QUOTA_EXCEEDED: 'The quota of this window is used up. It resets at the end of the window.',
  LIMIT_REACHED: 'The limit is reached, or the request exceeds it. Release a resource first.',
  INSUFFICIENT_CREDITS: 'Fewer credits remain than were requested.',
  OVERAGE_CAP_REACHED:
    'The allowance and packs are used up, and the units at a price have reached the cap of the plan in this window.',
  OVERAGE_UNPAID:
    'The allowance and packs are used up, and an invoice for units at a price was not paid in its grace period.',
  POOL_EXHAUSTED: 'The pool of the parent account has fewer units than requested.',
  SPEND_CAP_REACHED: 'A cap that the account or an operator has set allows no more units in this period.',
  RATE_LIMITED: 'Too many requests in a short time.',
  INVALID_PLAN: 'The plan does not exist or is not for sale.',
  SUBSCRIPTION_CONFLICT: 'The account already has a subscription in this plan group, or a change of it is in progress.',
  BASE_SUBSCRIPTION_REQUIRED: 'An add-on requires an active subscription.',
  ALREADY_INCLUDED: "Already included in the account's plan or packages.",
  CONTACT_REQUIRED: 'Sold by the sales team only. The remedy contains the contact.',
  INVALID_URL: 'The URL is malformed or its target is not allowed.',
  INVALID_EMAIL: "The email address is malformed or not the caller's own.",
  PROVIDER_UNAVAILABLE: 'The payment provider does not respond. Try again later.',
  PAYMENT_FAILED: 'The payment was declined.',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used before with another input.',
  RESERVATION_CLOSED: 'The reservation was committed or released, or has expired.',
  NO_OVERAGE_PRICE: 'No plan has a price for the feature beyond its allowance, so a cap in money has no effect.',
  INVALID_AMOUNT: 'The amount is zero, negative or too large. The message states the range.',
  SECRET_ALREADY_SHOWN: 'The first result contained the secret. It is not returned again.',
  INVALID_PARAMETERS: 'An input is invalid. `issues` names each problem.',
  INVALID_TRANSITION: 'The current status of the object does not allow this operation.',
  TOO_MANY_OBJECTS: 'A user or account has as many objects of this kind as the server keeps. Delete one first.',
})
export type DenialCode = AnyCode

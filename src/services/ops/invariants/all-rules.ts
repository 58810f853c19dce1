import type { InvariantRule } from './invariant.js'
import { accountRules } from './rules/account-rules.js'
import { allocationsWithinHistory } from './rules/allocations-within-history.js'
import { billingRules } from './rules/billing-rules.js'
import { creditRules } from './rules/credit-rules.js'
import { assignmentRules } from './rules/assignment-rules.js'
import { marketplaceRules } from './rules/marketplace-rules.js'

/** All invariants, in display order. */
export const allRules: readonly InvariantRule[] = [
  ...accountRules,
  ...creditRules,
  ...assignmentRules,
  allocationsWithinHistory,
  ...billingRules,
  ...marketplaceRules,
]

import type { InvariantRule } from './invariant.js'
import { accountRules } from './account-rules.js'
import { allocationsWithinHistory } from './allocations-within-history.js'
import { billingRules } from './billing-rules.js'
import { creditRules } from './credit-rules.js'
import { assignmentRules } from './assignment-rules.js'
import { marketplaceRules } from './marketplace-rules.js'
import { termsRules } from './terms-rules.js'

/** All invariants, in display order. */
export const allRules: readonly InvariantRule[] = [
  ...accountRules,
  ...creditRules,
  ...assignmentRules,
  allocationsWithinHistory,
  ...billingRules,
  ...marketplaceRules,
  ...termsRules,
]

import { installationRule, sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './terms-rules.sql.js'

/** Agreed terms and booked entries, which never change afterwards. */
export const termsRules = [
  sqlRule(
    'negotiated_plans_are_as_offered',
    'A negotiated plan has the price, the quantity and the term of its offer, and ends when its start said.',
    statements.negotiatedPlansAreAsOffered,
  ),
  sqlRule(
    'invoice_terms_are_as_set',
    'An account has the invoice terms that an operator set last.',
    statements.invoiceTermsAreAsSet,
  ),
  installationRule(
    'journal_entries_sum_to_zero',
    'The postings of each entry of a closed month of the journal sum to zero.',
    statements.journalEntriesSumToZero,
  ),
]

import { sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import { checkRollupInParts } from './rollup-in-parts.js'
import * as statements from './credit-rules.sql.js'

/** Grants of credits, use of allowances, and the ledger that explains both. */
export const creditRules = [
  sqlRule(
    'ledger_sums_to_grants',
    'The ledger entries of a grant sum to its balance: granted minus used, reserved, expired and revoked.',
    statements.ledgerSumsToGrants,
  ),
  sqlRule(
    'ledger_sums_to_use',
    'The ledger entries of an allowance window sum to its used and reserved units.',
    statements.ledgerSumsToUse,
  ),
  sqlRule(
    'ledger_sums_to_rated_use',
    'The priced ledger entries of a line of a rate card sum to its quantity in each window.',
    statements.ledgerSumsToRatedUse,
  ),
  sqlRule(
    'ledger_sums_to_overage',
    'The ledger entries beyond an allowance sum to the units of the window, and their charges to the rounded cost of those units.',
    statements.ledgerSumsToOverage,
  ),
  {
    ...sqlRule(
      'ledger_sums_to_rollup',
      'The usage and cost of each hour and day, with everything that they are grouped by, equal those of the ledger.',
      statements.ledgerSumsToRollup,
    ),
    checkInParts: checkRollupInParts,
  },
  sqlRule(
    'ledger_sums_to_debt',
    'Entries without grant or window sum to the negative debt.',
    statements.ledgerSumsToDebt,
  ),
  sqlRule(
    'amendments_sum_to_ledger',
    'The ledger entries of an amendment sum to its units, and a consumption never returns more than it took.',
    statements.amendmentsSumToLedger,
  ),
  sqlRule(
    'balances_are_not_below_zero',
    'No grant is overdrawn, no balance is negative, and no use counts in a later period; any shortfall is recorded as debt.',
    statements.balancesAreNotBelowZero,
  ),
  sqlRule(
    'every_grant_has_one_cause',
    'Every grant has a unique source per feature, and exactly one GRANT entry with its amount. Unused units roll over at the end of the window that is their source.',
    statements.everyGrantHasOneCause,
  ),
  sqlRule(
    'every_consumption_has_a_key',
    'The first entry of every consume or reserve carries its idempotency key, and no key occurs twice.',
    statements.everyConsumptionHasAKey,
  ),
  sqlRule(
    'every_movement_has_an_event',
    'Every ledger entry has an event with the same account version, unless it was deleted by retention.',
    statements.everyMovementHasAnEvent,
  ),
  sqlRule(
    'reserved_is_what_is_held',
    "The reserved units of grants and windows of a feature equal the sum of the account's open reservations.",
    statements.reservedIsWhatIsHeld,
  ),
  sqlRule(
    'reservations_are_whole',
    'The parts of a reservation sum to its amount, and a closed reservation has a closing time.',
    statements.reservationsAreWhole,
  ),
  sqlRule(
    'closed_grants_are_empty',
    'A grant outside the account snapshot has no balance and no reservation.',
    statements.closedGrantsAreEmpty,
  ),
]

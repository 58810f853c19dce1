import { splitRule, sqlRule } from '#services/catalog/invariants/invariant-rule.js'
import * as statements from './account-rules.sql.js'

/** Accounts, their events and their members. */
export const accountRules = [
  sqlRule(
    'account_version_is_its_last_event',
    "An account's version equals the sequence of its last event.",
    statements.accountVersionIsItsLastEvent,
  ),
  sqlRule(
    'events_have_no_gaps',
    'Retained events of an account or deployment have no gaps in their sequence.',
    statements.eventsHaveNoGaps,
  ),
  splitRule(
    'events_belong_to_their_account',
    'Every event belongs to the stream of its account, or of a deployment of that account.',
    statements.eventsBelongToTheirAccount,
  ),
  sqlRule('members_are_counted', 'The latest member count equals the number of members.', statements.membersAreCounted),
]

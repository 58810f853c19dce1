import { statementForm } from '#services/kernel/database/forms.js'
import { deploymentEventsBetween, eventsBetween, type IsComplete } from './deployment-events.sql.js'

const NEXT_TRANSACTION = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint'

/**
 * The coordinator fills the column of a distributed table with its own transaction. The machine of the account has the number of the one that
 * wrote the row in `xmin`, without the upper half, which is that of the latest transactions.
 */
const isComplete: IsComplete = (event, snapshot) => `pg_visible_in_snapshot(
  (${NEXT_TRANSACTION} - ((${NEXT_TRANSACTION} - ${event}.xmin::text::bigint) & 4294967295))::text::xid8, ${snapshot}::text::pg_snapshot
)`

export const deploymentEventForms = [
  statementForm(deploymentEventsBetween, { text: eventsBetween(isComplete, ':accountId') }),
]

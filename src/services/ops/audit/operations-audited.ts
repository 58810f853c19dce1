import { byId } from '#services/identity/audit/audited-object.js'
import { deadLetterId } from '#services/kernel/claim-loop/dead-letter-id.js'
import { deadLettersByIds } from '../dead-letters/dead-letters.js'

/** A dead letter. */
export const auditedDeadLetter = byId(async (database, id) => {
  const found = (await deadLettersByIds(database, [id])).find((row) => deadLetterId(row) === id)
  return (
    found && { accountId: found.accountId, queue: found.queue, attempts: found.attempts, lastError: found.lastError }
  )
})

import type { Context } from '#services/kernel/context/context.js'
import type { OnEndpointDisabled } from '#services/kernel/outbound-webhooks/deliver-webhooks.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { mailManagers } from '../members/mail-readers.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { ENDPOINT_DISABLED_MAIL } from './endpoint-disabled-mail.js'

/**
 * Notifies an account of a disabled endpoint: as an event, to its other endpoints, and by email to members who can fix
 * it.
 */
export const notifyEndpointDisabled = (context: Context): OnEndpointDisabled => ({
  lock: async (transaction, { accountId }) => {
    if (accountId) await lockAccount(transaction, accountId)
  },
  notify: async (transaction, { id, url, accountId }, { reason, isGone }) => {
    const at = context.clock.now()
    const type = 'webhook_endpoint.disabled'
    const data = { endpointId: id, url, reason }
    await writeOutbox(transaction, { type, accountId, payload: data, at, requestId: context.requestId })
    if (!accountId) return
    const summary = `Events are no longer sent to ${new URL(url).host}: ${reason}`
    await recordAccountEvent(transaction, accountId, at, { type, summary, data })
    await mailManagers(context, transaction, accountId, ENDPOINT_DISABLED_MAIL, { url, isGone })
  },
})

import type { Context } from '#services/kernel/context/context.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import type { OnEndpointDisabled } from '#services/kernel/outbound-webhooks/deliver-webhooks.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'

/**
 * Notifies an account of a disabled endpoint: as an event, to its other endpoints, and by email to members who can fix
 * it.
 */
export const notifyEndpointDisabled = (context: Context): OnEndpointDisabled => ({
  lock: async (transaction, { accountId }) => {
    if (accountId) await lockAccount(transaction, accountId)
  },
  notify: async (transaction, { id, url, accountId }, reason) => {
    const at = context.clock.now()
    const type = 'webhook_endpoint.disabled'
    const data = { endpointId: id, url, reason }
    await writeOutbox(transaction, { type, accountId, payload: data, at, requestId: context.requestId })
    if (!accountId) return
    const summary = `Events are no longer sent to ${new URL(url).host}: ${reason}`
    await recordAccountEvent(transaction, accountId, at, { type, summary, data })
    const managers = await transaction.query
      .selectFrom('member as m')
      .innerJoin('app_user as u', 'u.id', 'm.userId')
      .select('u.email')
      .where('m.accountId', '=', accountId)
      .where('m.role', 'in', ['OWNER', 'ADMIN'])
      .orderBy('u.id')
      .limit(20)
      .execute()
    const text = renderMail(`Events are no longer sent to ${new URL(url).host}`, {
      paragraphs: [
        `The webhook endpoint ${url} was disabled. ${reason}`,
        "Enable the endpoint when it responds again. Pending events will then be sent. Later events are listed in the account's event log.",
      ],
      action: { label: 'Open the dashboard', url: context.config.appUrl.href },
    })
    for (const { email } of managers) await queueMail(transaction, { accountId, to: email, at, ...text })
  },
})

import type { Config } from '#services/kernel/config/config.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { ENTITLEMENTS_SWEEP } from '../usage/entitlements-sweep.js'
import { PERIODS } from './decide-spend.js'

/** Sends pending alerts with the next sweep of the account. */
export const scheduleCapAlerts = (transaction: Transaction, accountId: string, at: Date): Promise<void> =>
  scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: at })

/**
 * Sends the alerts of an account that are not sent yet: each level as its own event, webhook and email. The rows were
 * written with the use that reached the level, and are marked in the transaction of the event, so each is sent once.
 */
export async function sendCapAlerts(context: CatalogContext, accountId: string): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const pending = await transaction.query
      .selectFrom('spend_cap_alert as a')
      .innerJoin('spend_cap as c', (join) =>
        join.onRef('c.id', '=', 'a.capId').onRef('c.accountId', '=', 'a.accountId'),
      )
      .select([
        'a.capId',
        'a.periodStart',
        'a.percent',
        'a.used',
        'a.at',
        'c.feature',
        'c.period',
        'c.amount',
        'c.setter',
      ])
      .where('a.accountId', '=', accountId)
      .where('a.sentAt', 'is', null)
      .orderBy('a.at')
      .orderBy('a.percent')
      .execute()
    if (pending.length === 0) return
    const at = context.clock.now()
    const managers = await managerEmails(transaction, accountId)
    for (const alert of pending) {
      const { feature, period, amount, setter, percent, used, periodStart } = alert
      const name = context.catalog.current().features.get(feature)?.name ?? feature
      await recordAccountEvent(transaction, accountId, at, {
        type: 'spend_cap.alert',
        outbox: true,
        summary: `${used} of ${amount} ${name} used: ${percent} percent of the cap per ${PERIODS[period]}.`,
        data: { feature, period, setter, percent, used, amount, periodStart, reachedAt: alert.at },
      })
      const text = alertMail({ name, period: PERIODS[period], percent, used, amount }, context.config)
      for (const email of managers) await queueMail(transaction, { accountId, to: email, at, ...text })
      await transaction.query
        .updateTable('spend_cap_alert')
        .set({ sentAt: at })
        .where('accountId', '=', accountId)
        .where('capId', '=', alert.capId)
        .where('periodStart', '=', periodStart)
        .where('percent', '=', percent)
        .execute()
    }
  })
}

interface AlertText {
  readonly name: string
  readonly period: string
  readonly percent: number
  readonly used: number
  readonly amount: number
}

const alertMail = ({ name, period, percent, used, amount }: AlertText, { appUrl }: Pick<Config, 'appUrl'>) =>
  renderMail(`${percent} percent of your cap of ${name} is used`, {
    paragraphs: [
      `${used} of ${amount} units of ${name} are used in this ${period}.`,
      percent < 100
        ? 'At 100 percent further use is denied until the next period.'
        : 'Further use is denied until the next period, or until you raise the cap.',
    ],
    action: { label: 'Open the dashboard', url: appUrl.href },
  })

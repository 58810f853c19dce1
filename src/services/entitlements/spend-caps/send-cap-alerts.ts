import type { Config } from '#services/kernel/config/config.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { ENTITLEMENTS_SWEEP } from '../model/entitlements-sweep.js'
import { PERIODS } from '../model/cap-denial.js'
import { limitText, ofUser } from './cap-terms.js'

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
    const pending = await pendingAlerts(transaction, accountId)
    if (pending.length === 0) return
    const at = context.clock.now()
    const managers = await managerEmails(transaction, accountId)
    for (const { name: memberName, email: memberEmail, ...alert } of pending) {
      const { capId, percent, periodStart, at: reachedAt, ...terms } = alert
      const name = context.catalog.current().features.get(alert.feature)?.name ?? alert.feature
      const text = {
        name,
        period: PERIODS[alert.period],
        percent,
        holder: memberName ?? memberEmail ?? (await nameOfSubAccount(transaction, alert.subAccountId)),
        ...texts(alert, name),
      }
      await recordAccountEvent(transaction, accountId, at, {
        type: 'spend_cap.alert',
        outbox: true,
        summary: `${text.used} of ${text.amount} ${text.of} used: ${percent} percent of the cap per ${text.period}${ofUser(alert)}.`,
        data: { id: capId, ...terms, percent, periodStart, reachedAt },
      })
      const mail = alertMail(text, context.config)
      for (const email of managers) await queueMail(transaction, { accountId, to: email, at, ...mail })
      await transaction.query
        .updateTable('spend_cap_alert')
        .set({ sentAt: at })
        .where('accountId', '=', accountId)
        .where('capId', '=', capId)
        .where('periodStart', '=', periodStart)
        .where('percent', '=', percent)
        .execute()
    }
  })
}

const pendingAlerts = (transaction: Transaction, accountId: string) =>
  transaction.query
    .selectFrom('spend_cap_alert as a')
    .innerJoin('spend_cap as c', (join) => join.onRef('c.id', '=', 'a.capId').onRef('c.accountId', '=', 'a.accountId'))
    .leftJoin('app_user as u', 'u.id', 'c.userId')
    .select(['a.capId', 'a.periodStart', 'a.percent', 'a.used', 'a.at'])
    .select(['c.feature', 'c.period', 'c.setByOperator', 'c.amount', 'c.currency', 'c.userId', 'c.subAccountId'])
    .select(['u.name', 'u.email'])
    .where('a.accountId', '=', accountId)
    .where('a.sentAt', 'is', null)
    .orderBy('a.at')
    .orderBy('a.percent')
    .execute()

/** A sub-account can be stored on another machine than its parent, so no join reads it. */
const nameOfSubAccount = async (transaction: Transaction, id: string | null): Promise<string | null> =>
  id === null
    ? null
    : ((await transaction.query.selectFrom('account').select('name').where('id', '=', id).executeTakeFirst())?.name ??
      id)

type PendingAlert = Awaited<ReturnType<typeof pendingAlerts>>[number]

interface AlertText {
  readonly name: string
  readonly period: string
  readonly percent: number
  /** Name of the member or the sub-account whose cap it is. Null: the cap of the account. */
  readonly holder: string | null
  readonly used: string
  readonly amount: string
  /** Counted thing, for example `AI credits`. */
  readonly of: string
}

/** Numbers of an alert in sentences. */
const texts = ({ currency, used, amount }: Pick<PendingAlert, 'currency' | 'used' | 'amount'>, name: string) => ({
  used: limitText({ amount: used, currency }),
  amount: limitText({ amount, currency }),
  of: currency === null ? name : `for ${name} beyond the allowance`,
})

const alertMail = (
  { name, period, percent, holder, used, amount, of }: AlertText,
  { appUrl }: Pick<Config, 'appUrl'>,
) => {
  const title =
    holder === null
      ? `${percent} percent of your cap of ${name} is used`
      : `${percent} percent of the cap of ${holder} is used: ${name}`
  return renderMail(title, {
    paragraphs: [
      of === name
        ? `${used} of ${amount} units of ${name} are used in this ${period}.`
        : `${used} of ${amount} ${of} are used in this ${period}.`,
      percent < 100
        ? 'At 100 percent further use is denied until the next period.'
        : of === name
          ? 'Further use is denied until the next period, or until you raise the cap.'
          : 'Further use beyond the allowance is denied until the next period, or until you raise the cap.',
    ],
    action: { label: 'Open the dashboard', url: appUrl.href },
  })
}

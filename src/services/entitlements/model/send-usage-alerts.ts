import type { UsageAlertAmountRow } from '#entities/entitlements/usage-alert-amount.entity.js'
import type { UsageAlertLevelRow } from '#entities/entitlements/usage-alert-level.entity.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'

/**
 * Sends the alerts on allowances and forecasts of an account that are not sent yet: each as its own event, webhook and email. The
 * rows are marked in the transaction of the event, so each is sent once.
 */
export async function sendUsageAlerts(context: CatalogContext, accountId: string): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const pending = await transaction.query
      .selectFrom('usage_alert_level')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('sentAt', 'is', null)
      .orderBy('at')
      .orderBy('feature')
      .orderBy('percent')
      .execute()
    const amounts = await pendingAmounts(transaction, accountId)
    if (pending.length === 0 && amounts.length === 0) return
    const at = context.clock.now()
    const managers = await managerEmails(transaction, accountId)
    for (const row of pending) {
      const { feature, percent, used, allowance, forecast, windowStart, windowEnd, at: reachedAt } = row
      const name = context.catalog.current().features.get(feature)?.name ?? feature
      const basis = { used, allowance, windowStart, resetsAt: windowEnd, reachedAt }
      const summary = basisText(row, name)
      await (forecast === null
        ? recordAccountEvent(transaction, accountId, at, {
            type: 'usage_alert.reached',
            outbox: true,
            summary,
            data: { feature, percent, ...basis },
          })
        : recordAccountEvent(transaction, accountId, at, {
            type: 'usage_alert.forecast',
            outbox: true,
            summary,
            data: { feature, forecast, ...basis },
          }))
      const mail = alertMail(row, name, context.config)
      for (const email of managers) await queueMail(transaction, { accountId, to: email, at, ...mail })
      await transaction.query
        .updateTable('usage_alert_level')
        .set({ sentAt: at })
        .where('accountId', '=', accountId)
        .where('feature', '=', feature)
        .where('windowStart', '=', windowStart)
        .where('allowance', '=', allowance)
        .where('percent', '=', percent)
        .execute()
    }
    for (const row of amounts) {
      const { feature, amount, used, allowance, windowStart, windowEnd, at: reachedAt } = row
      const name = context.catalog.current().features.get(feature)?.name ?? feature
      const text = `${used} ${name} of the allowance used${allowance === null ? ', which is unlimited' : `, of ${allowance}`}: the level of ${amount} is reached.`
      await recordAccountEvent(transaction, accountId, at, {
        type: 'usage_alert.amount_reached',
        outbox: true,
        summary: text,
        data: { feature, amount, used, allowance, windowStart, resetsAt: windowEnd, reachedAt },
      })
      const mail = mailOf(`${amount} of your allowance of ${name} are used`, text, windowEnd, context.config)
      for (const email of managers) await queueMail(transaction, { accountId, to: email, at, ...mail })
      await transaction.query
        .updateTable('usage_alert_amount')
        .set({ sentAt: at })
        .where('accountId', '=', accountId)
        .where('feature', '=', feature)
        .where('windowStart', '=', windowStart)
        .where('amount', '=', amount)
        .execute()
    }
  })
}

const pendingAmounts = (transaction: Transaction, accountId: string): Promise<UsageAlertAmountRow[]> =>
  transaction.query
    .selectFrom('usage_alert_amount')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('sentAt', 'is', null)
    .orderBy('at')
    .orderBy('feature')
    .orderBy('amount')
    .execute()

/** The numbers that an alert is derived from. */
function basisText(row: UsageAlertLevelRow, name: string): string {
  const { used, allowance, forecast, percent, windowStart, windowEnd, at } = row
  if (forecast === null) return `${used} of ${allowance} ${name} of the allowance used: ${percent} percent.`
  const [length, elapsed] = [days(windowStart, windowEnd), days(windowStart, at)]
  return `The forecast of ${name} is ${forecast} at the end of the window, with an allowance of ${allowance}: ${used} used in ${elapsed} of ${length} days, at the same rate for all of them.`
}

const DAY_MS = 86_400_000

/** Days between two times, with one decimal. */
const days = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / (DAY_MS / 10)) / 10

function alertMail(row: UsageAlertLevelRow, name: string, config: Pick<Config, 'appUrl'>) {
  const { forecast, percent, windowEnd } = row
  const subject =
    forecast === null
      ? `${percent} percent of your allowance of ${name} is used`
      : `Your allowance of ${name} is likely to be used up early`
  return mailOf(subject, basisText(row, name), windowEnd, config)
}

const mailOf = (subject: string, basis: string, windowEnd: Date, { appUrl }: Pick<Config, 'appUrl'>) =>
  renderMail(subject, {
    paragraphs: [basis, `The allowance starts again on ${windowEnd.toISOString().slice(0, 10)}.`],
    action: { label: 'Open the dashboard', url: appUrl.href },
  })

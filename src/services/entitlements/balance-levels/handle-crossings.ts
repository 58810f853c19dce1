import type { Config } from '#services/kernel/config/config.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'

/** Kind of the scheduled job that buys a top-up. Its key names the level and the crossing. */
export const TOP_UP_RUN = 'top_up.run'

/** Key of the job of a crossing. */
export const topUpKey = (levelId: string, crossing: number): string => `${levelId}:${crossing}`

/**
 * Handles the crossings of an account that are not handled yet: an alert is an event, a webhook and emails; a top-up is
 * a job of billing. The rows were written with the use that crossed the level, and are marked in the same transaction,
 * so each is handled once. Crossings of a level that has ended cause nothing.
 */
export async function handleCrossings(context: CatalogContext, accountId: string): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const pending = await pendingCrossings(transaction, accountId)
    if (pending.length === 0) return
    const at = context.clock.now()
    for (const crossing of pending) {
      if (crossing.endedAt === null)
        await (crossing.action === 'TOP_UP'
          ? scheduleJob(transaction, {
              kind: TOP_UP_RUN,
              key: topUpKey(crossing.levelId, crossing.number),
              accountId,
              runAt: at,
            })
          : sendAlert(context, transaction, crossing, at))
      await transaction.query
        .updateTable('balance_crossing')
        .set({ handledAt: at })
        .where('accountId', '=', accountId)
        .where('levelId', '=', crossing.levelId)
        .where('number', '=', crossing.number)
        .execute()
    }
  })
}

type PendingCrossing = Awaited<ReturnType<typeof pendingCrossings>>[number]

const pendingCrossings = (transaction: Transaction, accountId: string) =>
  transaction.query
    .selectFrom('balance_crossing as c')
    .innerJoin('balance_level as l', (join) =>
      join.onRef('l.id', '=', 'c.levelId').onRef('l.accountId', '=', 'c.accountId'),
    )
    .select(['c.accountId', 'c.levelId', 'c.number', 'c.balance', 'c.at', 'l.feature', 'l.action', 'l.threshold'])
    .select('l.endedAt')
    .where('c.accountId', '=', accountId)
    .where('c.handledAt', 'is', null)
    .orderBy('c.at')
    .orderBy('l.threshold', 'desc')
    .orderBy('c.number')
    .execute()

async function sendAlert(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, feature, threshold, balance, number, at: reachedAt }: PendingCrossing,
  at: Date,
): Promise<void> {
  const name = context.catalog.current().features.get(feature)?.name ?? feature
  await recordAccountEvent(transaction, accountId, at, {
    type: 'balance.alert',
    outbox: true,
    summary: `The balance of ${name} fell below ${threshold}: ${balance} left.`,
    data: { feature, threshold, balance, crossing: number, reachedAt },
  })
  const mail = alertMail({ name, threshold, balance }, context.config)
  for (const to of await managerEmails(transaction, accountId))
    await queueMail(transaction, { accountId, to, at, ...mail })
}

const alertMail = (
  { name, threshold, balance }: { readonly name: string; readonly threshold: number; readonly balance: number },
  { appUrl }: Pick<Config, 'appUrl'>,
) =>
  renderMail(`Your balance of ${name} is below ${threshold}`, {
    paragraphs: [
      `${balance} units of ${name} are left. You asked for this email when fewer than ${threshold} are left.`,
      'The next email about this level follows after the balance has risen to it and has fallen again.',
    ],
    action: { label: 'Open the dashboard', url: appUrl.href },
  })

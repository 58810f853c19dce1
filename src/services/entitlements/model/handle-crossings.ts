import type { Config } from '#services/kernel/config/config.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { thresholdOf, type BalanceShare } from './balance-level.js'

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
    const inPercent = await pendingPercents(transaction, accountId)
    if (pending.length === 0 && inPercent.length === 0) return
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
          : sendAlert(context, transaction, { ...crossing, share: null }, at))
      await transaction.query
        .updateTable('balance_crossing')
        .set({ handledAt: at })
        .where('accountId', '=', accountId)
        .where('levelId', '=', crossing.levelId)
        .where('number', '=', crossing.number)
        .execute()
    }
    for (const { percent, base, endedAt, ...crossing } of inPercent) {
      const share = { percent, base }
      if (endedAt === null)
        await sendAlert(context, transaction, { ...crossing, threshold: thresholdOf(share), share }, at)
      await transaction.query
        .updateTable('balance_percent_crossing')
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

const pendingPercents = (transaction: Transaction, accountId: string) =>
  transaction.query
    .selectFrom('balance_percent_crossing as c')
    .innerJoin('balance_percent_level as l', (join) =>
      join.onRef('l.id', '=', 'c.levelId').onRef('l.accountId', '=', 'c.accountId'),
    )
    .select([
      'c.accountId',
      'c.levelId',
      'c.number',
      'c.base',
      'c.balance',
      'c.at',
      'l.feature',
      'l.percent',
      'l.endedAt',
    ])
    .where('c.accountId', '=', accountId)
    .where('c.handledAt', 'is', null)
    .orderBy('c.at')
    .orderBy('l.percent', 'desc')
    .orderBy('c.number')
    .execute()

interface BalanceFall extends Pick<
  PendingCrossing,
  'accountId' | 'feature' | 'threshold' | 'balance' | 'number' | 'at'
> {
  /** Null for a level in units. */
  readonly share: Pick<BalanceShare, 'percent' | 'base'> | null
}

async function sendAlert(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, feature, threshold, balance, number, at: reachedAt, share }: BalanceFall,
  at: Date,
): Promise<void> {
  const name = context.catalog.current().features.get(feature)?.name ?? feature
  await recordAccountEvent(transaction, accountId, at, {
    type: 'balance.alert',
    outbox: true,
    summary: share
      ? `The balance of ${name} fell below ${share.percent} percent of ${share.base}: ${balance} left.`
      : `The balance of ${name} fell below ${threshold}: ${balance} left.`,
    data: {
      feature,
      threshold,
      percent: share?.percent ?? null,
      base: share?.base ?? null,
      balance,
      crossing: number,
      reachedAt,
    },
  })
  const mail = alertMail({ name, threshold, balance, share }, context.config)
  for (const to of await managerEmails(transaction, accountId))
    await queueMail(transaction, { accountId, to, at, ...mail })
}

interface AlertText extends Pick<BalanceFall, 'threshold' | 'balance' | 'share'> {
  readonly name: string
}

function alertMail({ name, threshold, balance, share }: AlertText, { appUrl }: Pick<Config, 'appUrl'>) {
  const level = share ? `${share.percent} percent` : String(threshold)
  const basis = share
    ? `You asked for this email when less than ${level} of the ${share.base} is left that the account held after its last grant.`
    : `You asked for this email when fewer than ${level} are left.`
  return renderMail(`Your balance of ${name} is below ${level}`, {
    paragraphs: [
      `${balance} units of ${name} are left. ${basis}`,
      'The next email about this level follows after the balance has risen to it and has fallen again.',
    ],
    action: { label: 'Open the dashboard', url: appUrl.href },
  })
}

import type { Transaction } from '#services/kernel/database/database.js'
import { queueMails, type MailReader } from '#services/kernel/mail/queue-mail.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managersOf } from '#services/identity/members/mail-readers.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { thresholdOf } from '../model/alert.js'
import { TOP_UP_RUN, topUpKey } from '../model/top-up-job.js'
import { ALERT_MAIL } from './alert-mail.js'
import { alertText } from './alert-text.js'

/**
 * Handles the crossings of an account that are not handled yet: an alert is an event, a webhook and emails; a top-up is
 * a job of billing. The rows were written with the use that caused them, and are marked in the same transaction,
 * so each is handled once. Crossings of an alert that has ended cause nothing.
 */
export async function handleCrossings(context: CatalogContext, accountId: string): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const pending = await pendingCrossings(transaction, accountId)
    if (pending.length === 0) return
    const at = context.clock.now()
    const managers = await managersOf(transaction, accountId)
    for (const crossing of pending) {
      const { alertId, key, action, isEnded } = crossing
      if (!isEnded)
        await (action === 'TOP_UP'
          ? scheduleJob(transaction, { kind: TOP_UP_RUN, key: topUpKey(alertId, key), accountId, runAt: at })
          : sendAlert(context, transaction, { accountId, crossing, managers, at }))
      await transaction.query
        .updateTable('alert_crossing')
        .set({ handledAt: at })
        .where('accountId', '=', accountId)
        .where('alertId', '=', alertId)
        .where('key', '=', key)
        .execute()
    }
  })
}

export type PendingCrossing = Awaited<ReturnType<typeof pendingCrossings>>[number]

/** Crossings by time, and those of one use by their levels: of a balance descending, of use ascending. */
async function pendingCrossings(transaction: Transaction, accountId: string) {
  const rows = await transaction.query
    .selectFrom('alert_crossing as c')
    .leftJoin('alert as l', (join) => join.onRef('l.id', '=', 'c.alertId').onRef('l.accountId', '=', 'c.accountId'))
    .leftJoin('spend_cap as s', (join) => join.onRef('s.id', '=', 'c.alertId').onRef('s.accountId', '=', 'c.accountId'))
    .leftJoin('app_user as u', 'u.id', 's.userId')
    .leftJoin('account as a', 'a.id', 's.subAccountId')
    .select([
      'c.alertId',
      'c.key',
      'c.percent',
      'c.base',
      'c.value',
      'c.forecast',
      'c.windowStart',
      'c.windowEnd',
      'c.at',
    ])
    .select(['l.basis', 'l.action', 'l.units', 'l.endedAt', 'l.feature as alertFeature'])
    .select(['s.feature as capFeature', 's.period', 's.setByOperator', 's.currency', 's.userId', 's.subAccountId'])
    // Name of the member or the sub-account whose cap it is. Null: a cap of the account, or another alert.
    .select((eb) => eb.fn.coalesce('u.name', 'u.email', 'a.name', 's.subAccountId').as('holder'))
    .where('c.accountId', '=', accountId)
    .where('c.handledAt', 'is', null)
    .orderBy('c.at')
    .execute()
  return rows
    .map(
      ({
        basis,
        alertFeature,
        capFeature,
        endedAt,
        period,
        setByOperator,
        currency,
        userId,
        subAccountId,
        ...row
      }) => ({
        ...row,
        basis: basis ?? ('CAP' as const),
        feature: alertFeature ?? capFeature!,
        isEnded: basis !== null && endedAt !== null,
        threshold: row.forecast === null ? thresholdOf(row, row.base) : null,
        cap: basis === null ? { period: period!, setByOperator: setByOperator!, currency, userId, subAccountId } : null,
      }),
    )
    .toSorted(
      (left, right) =>
        left.at.getTime() - right.at.getTime() ||
        left.feature.localeCompare(right.feature) ||
        left.basis.localeCompare(right.basis) ||
        (left.basis === 'BALANCE' ? -1 : 1) * ((left.threshold ?? 0) - (right.threshold ?? 0)),
    )
}

interface Sent {
  readonly accountId: string
  readonly crossing: PendingCrossing
  readonly managers: readonly MailReader[]
  readonly at: Date
}

async function sendAlert(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, crossing, managers, at }: Sent,
): Promise<void> {
  const { alertId, basis, feature, percent, threshold, base, value, forecast, windowStart, windowEnd, cap } = crossing
  const name = context.catalog.current().features.get(feature)?.name ?? feature
  await recordAccountEvent(transaction, accountId, at, {
    type: 'alert.reached',
    outbox: true,
    summary: alertText(crossing, name),
    data: {
      id: alertId,
      basis,
      feature,
      percent,
      threshold,
      base,
      value,
      forecast,
      windowStart,
      resetsAt: windowEnd,
      cap,
      reachedAt: crossing.at,
    },
  })
  const mails = { accountId, readers: managers, at, url: context.config.appUrl.href, reason: 'MANAGER' } as const
  await queueMails(transaction, mails, ALERT_MAIL, { crossing, name })
}

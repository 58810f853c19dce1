import { sql } from 'kysely'
import { Connection, type Publisher } from 'rabbitmq-client'
import type { BrokerMessageRow } from '#entities/deployments/broker-message.entity.js'
import { startClaimLoop, type ClaimLoop } from '#services/kernel/claim-loop/claim-loop.js'
import { leasedRows } from '#services/kernel/claim-loop/leased-rows.js'
import { recordAttempt } from '#services/kernel/claim-loop/record-attempt.js'
import type { Context } from '#services/kernel/context/context.js'
import { openValues } from '../model/deployment-values.js'
import { nextAttemptAt } from '#services/kernel/outbound-webhooks/retry-schedule.js'
import type { Timer, Timers } from '#services/kernel/time/timers.js'

/** A topic exchange: installers bind what they want, as `deployment.*`. */
export const EXCHANGE = 'stackgate'
/** Queue that keeps messages before the first installer connects. */
export const INSTALLERS_QUEUE = 'stackgate.installers'

const CONFIRM_MS = 10_000

/** Sends what was written down and waits for the broker's word that it has it. While the broker is away everything waits in the database. */
export function startBrokerSender(context: Context, url: URL): ClaimLoop {
  const connection = new Connection({
    url: url.href,
    connectionTimeout: 5_000,
    acquireTimeout: 5_000,
    connectionName: 'stackgate',
  })
  // The connection reconnects by itself; the sender retries failed messages.
  connection.on('error', (error) => context.log.warn({ err: error }, 'broker not reachable'))
  const publisher = connection.createPublisher({
    confirm: true,
    maxAttempts: 1,
    exchanges: [{ exchange: EXCHANGE, type: 'topic', durable: true }],
    queues: [{ queue: INSTALLERS_QUEUE, durable: true }],
    queueBindings: [{ queue: INSTALLERS_QUEUE, exchange: EXCHANGE, routingKey: 'deployment.*' }],
  })
  return startClaimLoop<BrokerMessageRow>({
    name: 'broker',
    context,
    // In the order in which it happened.
    concurrency: 1,
    ...leasedRows(context.database, 'broker', { order: ['id'] }),
    work: (message, token) => send(context, publisher, message, token),
    close: async () => {
      // A broker that is away is not waited for.
      await Promise.race([
        publisher.close().then(() => connection.close()),
        context.timers.delay(1_000, { ref: false }),
      ]).catch(() => undefined)
      connection.unsafeDestroy()
    },
  })
}

async function send(context: Context, publisher: Publisher, message: BrokerMessageRow, token: string): Promise<void> {
  const reason = await publish(context.timers, publisher, { ...message, body: await withValues(context, message) })
  const wait = reason === null ? null : nextAttemptAt(message.attempts, null, context.random.next())
  const state = reason === null ? 'SENT' : wait === null ? 'DEAD' : 'PENDING'
  await recordAttempt(context.database, 'broker', {
    row: message,
    token,
    values: { state, lastError: reason, sentAt: state === 'SENT' ? sql`now()` : null },
    waitSeconds: wait ?? 0,
  })
  context.metrics.brokerMessages.inc({ outcome: reason === null ? 'sent' : state === 'DEAD' ? 'dead' : 'retrying' })
  if (reason !== null) context.log.warn({ message: message.id, reason, state }, 'broker publish failed')
}

/** The message with the values of the template's parameters, which only the broker receives in clear. */
async function withValues(
  { database, secrets }: Context,
  { body: stored, bodyText }: BrokerMessageRow,
): Promise<BrokerMessageRow['body']> {
  const body = bodyText === null ? stored : (JSON.parse(bodyText) as BrokerMessageRow['body'])
  const { template, project_id: id, account_id: accountId } = body
  if (typeof template !== 'object' || template === null) return body
  const deployment = await database.query
    .selectFrom('deployment')
    .select(['id', 'valuesSealed'])
    .where('id', '=', String(id))
    .where('accountId', '=', String(accountId))
    .executeTakeFirst()
  const values = deployment && openValues(secrets, deployment)
  return values ? { ...body, template: { ...template, values } } : body
}

/** Null: the broker has it. The message id stays the same when it is sent again. */
async function publish(timers: Timers, publisher: Publisher, message: BrokerMessageRow): Promise<string | null> {
  const envelope = {
    exchange: EXCHANGE,
    routingKey: message.routingKey,
    messageId: message.id,
    durable: true,
    contentType: 'application/json',
    headers: { deployment_hash: message.body['deployment_hash'] },
  }
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = timers.setTimeout(() => reject(new Error('no confirmation in time')), CONFIRM_MS)
  })
  try {
    await Promise.race([publisher.send(envelope, message.body), late])
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    timers.clearTimeout(timer)
  }
}

import { connect } from '@nats-io/transport-node'
import { natsOptions } from '#services/kernel/notifier/nats-transport.js'
import { ok, warning, type Finding } from '#services/kernel/doctor/finding.js'

const CONNECT_MS = 3_000

/** Checks that NATS can be reached. Without it, notifications between processes are delayed by up to a second. */
export async function checkNats(url: string): Promise<Finding[]> {
  try {
    const connection = await connect({ ...natsOptions(url), timeout: CONNECT_MS, reconnect: false })
    const version = connection.info?.version ?? 'unknown'
    await connection.close()
    return [ok('nats', `NATS ${version}`)]
  } catch (error) {
    return [
      warning(
        'nats',
        `NATS cannot be reached (${(error as Error).message}); polls replace it`,
        'check NATS_URL and its server',
      ),
    ]
  }
}

import { execFileSync } from 'node:child_process'

/** The broker that tests may use: the one that is named, else one on this machine. */
export const brokerUrl = process.env['TEST_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672'

/** Determined before the tests are named: whether a broker responds. */
function answers(): boolean {
  const { hostname, port } = new URL(brokerUrl)
  const script = `const s=new (require('node:net').Socket)();s.setTimeout(1000);s.on('connect',()=>process.exit(0)).on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1)).connect(${Number(port || 5672)},${JSON.stringify(hostname)})`
  try {
    execFileSync(process.execPath, ['-e', script], {
      stdio: 'ignore',
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    return true
  } catch {
    return false
  }
}

const hasBroker = answers()

/** Why tests with a broker are skipped; null where they can run. */
export const noBroker = hasBroker ? null : `no RabbitMQ at ${new URL(brokerUrl).host}`

/** URL of a port without a broker. */
export const NO_BROKER_URL = 'amqp://127.0.0.1:1'

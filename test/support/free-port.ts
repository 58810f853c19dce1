import { createServer } from 'node:net'

/**
 * Below the ephemeral ports of the operating system (from 32768 on Linux, from 49152 elsewhere), so that no other
 * process takes a port between the check and the use. Each worker of a test run has a thousand ports.
 */
const FIRST = 12_000
const EACH = 1_000
const WORKERS = 20

const first = FIRST + (Number(process.env['JEST_WORKER_ID'] ?? 0) % WORKERS) * EACH
let next = Math.floor(Math.random() * EACH)

/** Returns an unused port, another one with each call. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < EACH; attempt++) {
    const port = first + (next++ % EACH)
    if (await isFree(port)) return port
  }
  throw new Error(`No port is free from ${first} on`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.on('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

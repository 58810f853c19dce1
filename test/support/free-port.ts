import { createServer } from 'node:net'

/**
 * Below what systems give to outgoing connections and to whoever asks for any port (32768 on Linux, 49152 elsewhere): nobody else takes a
 * port from here between the moment it was found free and the moment somebody listens on it. Workers of a test run have a thousand each.
 */
const FIRST = 12_000
const EACH = 1_000
const WORKERS = 20

const first = FIRST + (Number(process.env['JEST_WORKER_ID'] ?? 0) % WORKERS) * EACH
let next = Math.floor(Math.random() * EACH)

/** A port that nobody listens on, another one with each call. */
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

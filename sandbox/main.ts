import { startSandbox } from './sandbox.js'
import { readSettings } from './settings.js'

/** The sandbox as a process of its own: alone, or as the child of a server that talks to it by IPC. */
async function main(): Promise<void> {
  // A parent that is just ending cannot be told any more; that it is gone is heard by 'disconnect'.
  const parent =
    process.send === undefined
      ? null
      : (message: object) => process.connected && process.send?.(message, undefined, undefined, () => undefined)
  const sandbox = await startSandbox({
    ...readSettings(process.env),
    onClock: (now) => parent?.({ type: 'clock', now: now.toISOString() }),
  })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void sandbox.close().finally(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  // Ctrl-C reaches the whole group; with a parent it is the parent that decides when we stop.
  process.on('SIGINT', parent === null ? stop : () => undefined)
  if (parent === null) {
    process.stdout.write(`sandbox ready on ${sandbox.url}\n`)
    return
  }
  process.on('disconnect', stop)
  parent({ type: 'ready', port: sandbox.port })
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${explain(error)}\n`)
  process.exit(1)
})

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  return inUse ? `${error.message}; is a sandbox running already? SANDBOX_PORT chooses another port` : error.message
}

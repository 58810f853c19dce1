import { Command } from 'commander'

/** Runs the sandbox as a separate process: alone, or as the child of a server that communicates by IPC. */
async function main(): Promise<void> {
  new Command('npm run sandbox --')
    .description(
      'Starts the payment sandbox alone. packages/sandbox/README.md lists its settings (SANDBOX_PORT, DATA_DIR, …).',
    )
    .parse()
  // Loaded only when needed: the help and wrong options are printed without the sandbox's modules.
  const [{ startSandbox }, { readSettings }] = await Promise.all([import('./sandbox.js'), import('./settings.js')])
  // A parent that is exiting cannot receive messages. The 'disconnect' event reports its exit.
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

/** State is written between two requests, so an error of the disk belongs to no request. */
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  process.stderr.write(`sandbox: ${error.code && error.code in WRITE_PROBLEMS ? explain(error) : error.stack}\n`)
  process.exit(1)
})

const WRITE_PROBLEMS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code in WRITE_PROBLEMS)
    return `the state of the sandbox cannot be written: ${WRITE_PROBLEMS[code]} (${message}). DATA_DIR chooses another folder`
  return code === 'EADDRINUSE' ? `${message}; is a sandbox running already? SANDBOX_PORT chooses another port` : message
}

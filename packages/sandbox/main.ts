#!/usr/bin/env node
import { Command } from 'commander'

interface Options {
  readonly port?: string
  readonly dataDir?: string
  readonly memory?: boolean
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly json?: boolean
}

const readOptions = (): Options =>
  new Command('stackgate-sandbox')
    .description(
      'Starts a stand-in for Stripe and PayPal on this machine. Each option is also a setting; the README lists all settings.',
    )
    .option('--port <number>', 'port (SANDBOX_PORT, default 4010; 0 takes a free one)')
    .option('--data-dir <folder>', 'folder of its state (DATA_DIR, default .stackgate)')
    .option('--memory', 'stores nothing (SANDBOX_MEMORY=1)')
    .option('--webhook-url <url>', "endpoint that receives Stripe's events (SANDBOX_WEBHOOK_URL)")
    .option('--webhook-secret <secret>', 'secret that signs them (SANDBOX_WEBHOOK_SECRET)')
    .option('--json', 'prints address, keys and token as one line of JSON when it is ready')
    .parse()
    .opts<Options>()

/** Settings of the options. Others come from the environment. */
const settingsOf = ({ port, dataDir, memory, webhookUrl, webhookSecret }: Options): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries({
      SANDBOX_PORT: port,
      DATA_DIR: dataDir,
      SANDBOX_MEMORY: memory ? '1' : undefined,
      SANDBOX_WEBHOOK_URL: webhookUrl,
      SANDBOX_WEBHOOK_SECRET: webhookSecret,
    }).filter(([, value]) => value !== undefined),
  )

/** Runs the sandbox as a separate process: alone, or as the child of a server that communicates by IPC. */
async function main(): Promise<void> {
  const options = readOptions()
  // Loaded only when needed: the help and wrong options are printed without the sandbox's modules.
  const [{ startSandbox }, { readSettings }, { describeAccess }] = await Promise.all([
    import('./sandbox.js'),
    import('./settings.js'),
    import('./access.js'),
  ])
  // A parent that is exiting cannot receive messages. The 'disconnect' event reports its exit.
  const parent =
    process.send === undefined
      ? null
      : (message: object) => process.connected && process.send?.(message, undefined, undefined, () => undefined)
  const sandbox = await startSandbox({
    ...readSettings({ ...process.env, ...settingsOf(options) }),
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
    process.stdout.write(describeAccess(sandbox, options.json))
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

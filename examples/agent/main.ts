import { setTimeout as pause } from 'node:timers/promises'
import { nextCommand, randomPause, RefusedPoll, register, sendReport, type Command } from './calls.ts'
import { execute, type Outcome } from './commands.ts'
import { Journal, type Entry } from './journal.ts'
import { saveEnvironment, readSettings, type Settings } from './settings.ts'

// A reference agent. `node main.ts register SERVER HASH ENROLMENT_TOKEN` once, then `node main.ts`.

const say = (line: string) => process.stderr.write(`agent: ${line}\n`)
const stop = { requested: false }
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => (stop.requested ? process.exit(0) : (stop.requested = true)))

/**
 * Reports the end of a command and records that the server received it. A report that fails is sent again before the
 * next poll.
 */
async function log(settings: Settings, journal: Journal, entry: Entry): Promise<void> {
  const delivery = await sendReport(settings, entry.report!)
  say(`${entry.command.command_id} ${String(entry.report!['status'])}: ${delivery}`)
  if (delivery !== 'later') journal.write({ ...entry, state: 'reported' })
}

const reportOf = (settings: Settings, { command_id }: Command, outcome: Outcome) => ({
  command_id,
  deployment_hash: settings.hash,
  completed_at: new Date().toISOString(),
  error: null,
  executed_by: 'reference_agent',
  ...outcome,
})

/**
 * The command was started and not finished: this process was killed in between. Its progress is unknown, so it is
 * reported as failed and not run again.
 */
const INTERRUPTED: Outcome = {
  status: 'failed',
  error: 'the agent was restarted while the command ran',
  errors: [{ code: 'interrupted', message: 'The agent was restarted while the command ran; it was not run again.' }],
}

/** Before the next poll: a poll says that nothing is in hand. */
async function reportOpenCommands(settings: Settings, journal: Journal): Promise<void> {
  for (const entry of journal.open()) {
    const done: Entry =
      entry.state === 'done'
        ? entry
        : { ...entry, state: 'done', report: reportOf(settings, entry.command, INTERRUPTED) }
    journal.write(done)
    await log(settings, journal, done)
  }
}

async function work(settings: Settings, journal: Journal, command: Command): Promise<void> {
  const known = journal.find(command.command_id)
  if (known?.report) {
    say(`${command.command_id} came again: answered from the journal`)
    return log(settings, journal, known)
  }
  journal.write({ state: 'begun', command })
  const done: Entry = { state: 'done', command, report: reportOf(settings, command, await execute(command)) }
  journal.write(done)
  await log(settings, journal, done)
}

async function serve(): Promise<void> {
  const settings = readSettings()
  const journal = new Journal(settings.folder)
  say(`serving ${settings.hash} for ${settings.server}`)
  while (!stop.requested) {
    try {
      await reportOpenCommands(settings, journal)
      const command = await nextCommand(readSettings())
      if (command) await work(settings, journal, command)
      journal.deleteOld()
    } catch (error) {
      say(messageOf(error as Error))
      if (error instanceof RefusedPoll) await pause(error.retryAfter * 1000)
      await randomPause(settings.backoffSeconds)
    }
  }
}

/** `fetch` reports only that it failed. Its cause names the reason. */
const messageOf = ({ message, cause }: Error): string => {
  const { code, message: reason } = (cause ?? {}) as { code?: string; message?: string }
  return cause ? `${message}: ${code ?? reason}` : message
}

const USAGE = `Usage: node examples/agent/main.ts                                                  serves: AGENT_ID, AGENT_TOKEN, DEPLOYMENT_HASH and
                                                                             DASHBOARD_URL in the environment (README.md)
       node examples/agent/main.ts register <server> <hash> <enrollment token>  registers first
`
const [verb, server, hash, enrolmentToken] = process.argv.slice(2)
if (verb === 'register' && server && hash && enrolmentToken) {
  saveEnvironment(await register(server, hash, enrolmentToken))
  say('registered; start me without arguments')
} else if (verb === undefined) await serve()
else {
  process.stderr.write(USAGE)
  process.exitCode = verb === '--help' || verb === '-h' ? 0 : 1
}

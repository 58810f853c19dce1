import { execFile } from 'node:child_process'
import { loadavg, totalmem, freemem, uptime } from 'node:os'
import { promisify } from 'node:util'
import type { Command } from './calls.ts'

/** Result of a command, as the fields of a report. */
export type Outcome = Readonly<Record<string, unknown>>

const run = promisify(execFile)

/** The only programs that this agent runs, without a shell. */
const PROGRAMS = new Set(['echo', 'uname', 'date'])
const PLAIN_WORD = /^[\w.,:+%/@=-]{1,100}$/

/** Runs one of the few harmless commands. Rejects all others as the real agent does. */
export async function execute(command: Command): Promise<Outcome> {
  if (command.type === 'health') return health(command)
  const [program = '', ...words] = command.type.split(/\s+/)
  if (!PROGRAMS.has(program) || !words.every((word) => PLAIN_WORD.test(word)))
    return { status: 'failed', error: `Command validation failed: program '${program}' is not allowed` }
  try {
    const { stdout, stderr } = await run(program, words, { timeout: 10_000 })
    return { status: 'success', result: { stdout, stderr, exit_code: 0 } }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number | null; stdout?: string; stderr?: string }
    return { status: 'failed', result: { stdout, stderr, exit_code: code ?? null }, error: String(error) }
  }
}

/** This agent runs no applications, so that it reports its own health. */
function health({ parameters }: Command): Outcome {
  const used = ((totalmem() - freemem()) / totalmem()) * 100
  const result = {
    type: 'health',
    deployment_hash: parameters['deployment_hash'],
    app_code: parameters['app_code'] === 'all' ? 'agent' : parameters['app_code'],
    status: 'ok',
    container_state: 'running',
    last_heartbeat_at: new Date().toISOString(),
    metrics: { cpu_pct: loadavg()[0], mem_pct: used, uptime_seconds: uptime() },
  }
  return { status: 'success', result }
}

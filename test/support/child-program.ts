import { spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { eventually } from './test-server.js'

/** Reason to skip tests with a program. Null if it is installed. */
export const missingProgram = (program: string): string | null =>
  spawnSync(program, ['--version']).error ? `this machine has no ${program}` : null

/** A server program that a test started, on a port of this machine. */
export interface ChildProgram {
  readonly port: number
  /** Sends a signal, SIGKILL by default. Resolves when the program has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

/** Starts a program, and waits until it accepts connections. */
export async function startProgram(
  program: string,
  args: readonly string[],
  port: number,
  options: { uid?: number; gid?: number } = {},
): Promise<ChildProgram> {
  let stop: ChildProgram['stop'] = () => Promise.resolve()
  const start = async (): Promise<void> => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let printed = ''
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => (printed = `${printed}${chunk.toString()}`.slice(-4_000)))
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    stop = async (signal = 'SIGKILL') => {
      child.kill(signal)
      await ended
    }
    await eventually(
      () => {
        if (child.exitCode !== null) throw new Error(`${program} ended: ${printed}`)
        return accepts(port)
      },
      (isUp) => isUp,
    )
  }
  await start()
  return { port, stop: (signal) => stop(signal), start }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

import { freePort } from './free-port.js'
import { missingProgram, startProgram, type ChildProgram } from './child-program.js'

/** Reason to skip tests with NATS. Null if its server is installed. */
export const noNats = (): string | null => missingProgram('nats-server')

/** A NATS server, which can be stopped and started again. */
export async function startNats(): Promise<ChildProgram & { readonly url: string }> {
  const port = await freePort()
  const program = await startProgram('nats-server', ['-a', '127.0.0.1', '-p', String(port)], port)
  return { ...program, url: `nats://127.0.0.1:${port}` }
}

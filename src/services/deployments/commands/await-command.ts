import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { withLargeResults } from '../model/large-values.js'
import { findCommand } from '../model/select-commands.js'

const TERMINAL: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST']

/** True if nothing more will happen to a command by itself. */
export const isTerminal = ({ status }: Pick<CommandRow, 'status'>): boolean => TERMINAL.includes(status)

/**
 * Waits until a command has ended or the time is over, and returns its last state. A waiting call costs one listener
 * and one timer, but no database connection.
 */
export async function awaitCommand(context: Context, command: CommandRow, milliseconds: number): Promise<CommandRow> {
  const seen = await awaitNotification(context, command.deploymentId, milliseconds, async () => {
    const now = (await findCommand(context.database, command.id)) ?? command
    return { value: now, done: isTerminal(now) }
  })
  const [complete] = await withLargeResults(context.database, [seen])
  return complete!
}

/**
 * Reads after each notification of a deployment until the result is final or the time is over. Returns the last result.
 */
export async function awaitNotification<Value>(
  context: Context,
  deploymentId: string,
  milliseconds: number,
  look: () => Promise<{ value: Value; done: boolean }>,
): Promise<Value> {
  const deadline = context.timers.now() + milliseconds
  let ring: () => void = () => undefined
  let rang = false
  const unsubscribe = context.notifier.subscribe(deploymentId, () => {
    rang = true
    ring()
  })
  try {
    for (;;) {
      rang = false
      const { value, done } = await look()
      const left = deadline - context.timers.now()
      if (done || left <= 0) return value
      if (!rang) await rungWithin(context.timers, left, (answer) => (ring = answer))
    }
  } finally {
    unsubscribe()
  }
}

function rungWithin(timers: Timers, milliseconds: number, onNotify: (answer: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = timers.setTimeout(resolve, milliseconds)
    onNotify(() => {
      timers.clearTimeout(timer)
      resolve()
    })
  })
}

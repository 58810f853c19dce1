import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { claimCommand } from './claim-command.js'

/**
 * Holds an agent's poll until there is a command, the time is over or the connection closes. While it waits it costs a listener
 * and a timer, no connection to the database.
 */
export async function waitForCommand(
  context: DeploymentsContext,
  deploymentId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CommandRow | null> {
  const deadline = Date.now() + timeoutMs
  context.metrics.waitingAgents.inc()
  let ring: () => void = () => undefined
  let rang = false
  const wake = () => {
    rang = true
    ring()
  }
  const unsubscribe = context.news.subscribe(deploymentId, wake)
  signal.addEventListener('abort', wake, { once: true })
  try {
    for (;;) {
      rang = false
      if (signal.aborted) return null
      const command = await claimCommand(context, deploymentId)
      const left = deadline - Date.now()
      if (command || left <= 0) return command
      if (!rang) await sleep(left, (answer) => (ring = answer))
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', wake)
    context.metrics.waitingAgents.dec()
  }
}

function sleep(milliseconds: number, onWakeable: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    onWakeable(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** A new poll says that whatever this agent still holds is not executing any more; the sweeper acts on it after a grace. */
export async function supersedeOutstanding(context: DeploymentsContext, deploymentId: string): Promise<void> {
  // In one order, and past what another poll of the same agent is just marking: two polls must not wait for each other in a circle.
  await context.database.run(
    `update command set superseded_at = now() where id in (
       select id from command where deployment_id = $1 and status in ('LEASED', 'RUNNING') and superseded_at is null order by id for update skip locked)`,
    [deploymentId],
  )
}

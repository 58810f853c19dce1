import type { CommandRow } from '#entities/deployments/command.entity.js'
import { isReadOnly } from './definitions/command-registry.js'
import type { CommandMove } from './transition-command.js'

/** Maximum redeliveries of a read-only command, so that a command that crashes its agent does not crash it forever. */
export const MAX_REDELIVERIES = 3

type Overdue = Pick<
  CommandRow,
  'type' | 'parameters' | 'supersededAt' | 'redeliveryCount' | 'cancelRequestedAt' | 'expiresAt' | 'warnings'
>

/** Pure: transition of a command without a report in time. */
export function decideOverdue(command: Overdue, now: number): CommandMove {
  const reason = command.supersededAt ? 'the agent polled again without a report' : 'the lease ended without a report'
  if (!isReadOnly(command.type, command.parameters)) return lost(command, reason)
  if (command.cancelRequestedAt)
    return { to: 'CANCELLED', detail: `${reason}; cancellation requested, command not redelivered` }
  if (command.expiresAt && command.expiresAt.getTime() <= now)
    return lost(command, `${reason}; command expired, not redelivered`)
  if (command.redeliveryCount >= MAX_REDELIVERIES)
    return lost(command, `${reason} after ${command.redeliveryCount + 1} deliveries`)
  return { to: 'QUEUED', detail: `${reason}; read-only command redelivered`, redelivered: true }
}

const lost = ({ warnings }: Overdue, reason: string): CommandMove => ({
  to: 'LOST',
  detail: reason,
  outcome: { result: null, error: { code: 'LOST', message: reason, details: null }, warnings },
})

import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { isReadOnly } from './command-catalogue.js'
import type { CommandMove } from './move-command.js'

/** How often a command that only looks is handed out again before it is given up: an agent that dies of it must not die for ever. */
export const MAX_REDELIVERIES = 3

type Overdue = Pick<
  CommandRow,
  'type' | 'parameters' | 'supersededAt' | 'redelivered' | 'cancelRequestedAt' | 'expiresAt' | 'warnings'
>

/** Pure: what becomes of a command of which nothing was heard in time. */
export function decideOverdue(command: Overdue, now = Date.now()): CommandMove {
  const why = command.supersededAt
    ? 'the agent polled again without reporting it'
    : 'its lease has ended without a report'
  if (!isReadOnly(command.type, command.parameters)) return lost(command, why)
  if (command.cancelRequestedAt)
    return { to: 'CANCELLED', detail: `${why}; it was cancelled meanwhile, so it is not handed out again` }
  if (command.expiresAt && command.expiresAt.getTime() <= now)
    return lost(command, `${why}; it is too late to hand it out again`)
  if (command.redelivered >= MAX_REDELIVERIES)
    return lost(command, `${why}, although it was handed out ${command.redelivered + 1} times`)
  return { to: 'QUEUED', detail: `${why}; it only looks, so it is handed out again`, redelivered: true }
}

const lost = ({ warnings }: Overdue, why: string): CommandMove => ({
  to: 'LOST',
  detail: why,
  outcome: { result: null, error: { code: 'LOST', message: why, details: null }, warnings },
})

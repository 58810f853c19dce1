/** A command's way: an agent takes it under a lease, runs it, and reports. */
export type CommandStatus = 'QUEUED' | 'LEASED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'EXPIRED' | 'LOST'

const TRANSITIONS: Record<CommandStatus, readonly CommandStatus[]> = {
  QUEUED: ['LEASED', 'CANCELLED', 'EXPIRED', 'SUCCEEDED', 'FAILED'],
  LEASED: ['RUNNING', 'QUEUED', 'LOST', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'QUEUED', 'LOST', 'CANCELLED'],
  // A report may still come from an agent that was thought gone.
  LOST: ['SUCCEEDED', 'FAILED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
  EXPIRED: [],
}

export const canTransitionCommand = (from: CommandStatus, to: CommandStatus): boolean => TRANSITIONS[from].includes(to)

/** Statuses in which an agent holds the command. */
export const OUTSTANDING_STATUSES: readonly CommandStatus[] = ['LEASED', 'RUNNING']

/** Statuses in which nothing more happens by itself. */
export const TERMINAL_STATUSES: readonly CommandStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST']

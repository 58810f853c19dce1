import { PRIORITY_RANK, type CommandPriority } from '#entities/deployments/command.entity.js'

const names = Object.keys(PRIORITY_RANK) as CommandPriority[]

/** The name of a stored priority; the table's own check keeps it within the four. */
export const priorityOf = (rank: number): CommandPriority => names[rank]!

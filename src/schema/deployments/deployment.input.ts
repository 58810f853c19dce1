import { ID } from 'type-graphql'
import { enumType, field, inputType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { DateTime } from '../kernel/scalars.js'
import { AgentPresence } from './agent.type.js'
import { CommandStatus } from './command.type.js'
import { DeploymentStatus } from './deployment.type.js'

export const DeploymentOrder = enumType('DeploymentOrder', 'Order of deployments.', {
  NEWEST: 'By the start, newest first.',
  OLDEST: 'By the start, oldest first.',
  NAME: 'By the display name.',
})
export type DeploymentOrder = keyof typeof DeploymentOrder

@inputType('Selects deployments. An omitted field selects all.')
export class DeploymentFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Statuses of the deployments.', () => [DeploymentStatus], { nullable: true })
  statuses?: readonly DeploymentStatus[] | null

  @field('IDs of the deployments, at most 100.', () => [ID], { nullable: true })
  ids?: readonly string[] | null

  @field(
    'Presence of their agents. A deployment without an agent has none, and is not selected.',
    () => [AgentPresence],
    { nullable: true },
  )
  presences?: readonly AgentPresence[] | null

  @field('ID of the template of the deployments.', () => ID, { nullable: true })
  templateId?: string | null

  @field('Part of the display name or of the hash, at most 255 characters.', () => String, { nullable: true })
  search?: string | null
}

@inputType('Selects commands. An omitted field selects all.')
export class CommandFilter {
  @field('Command types, for example `restart`.', () => [String], { nullable: true })
  types?: readonly string[] | null

  @field('Codes of the applications.', () => [String], { nullable: true })
  appCodes?: readonly string[] | null

  @field('Statuses of the commands.', () => [CommandStatus], { nullable: true })
  statuses?: readonly CommandStatus[] | null

  @field('Start of the period in which the commands were enqueued (machine clock).', () => DateTime, { nullable: true })
  from?: Date | null

  @field('End of the period, exclusive (machine clock).', () => DateTime, { nullable: true })
  to?: Date | null

  @field('ID of the user who enqueued the commands.', () => ID, { nullable: true })
  createdBy?: string | null
}

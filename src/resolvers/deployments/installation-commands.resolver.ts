import { Resolver } from 'type-graphql'
import { Installation } from '#schema/catalog/installation.type.js'
import { CommandType } from '#schema/deployments/capabilities.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { commandTypes } from '#services/deployments/capabilities/capabilities.js'
import { toCommandType } from './deployment.mapper.js'

@Resolver(() => Installation)
export class InstallationCommandsResolver {
  @fieldResolver('Types of commands that agents can run.', () => [CommandType])
  commandTypes(): CommandType[] {
    return commandTypes(null).map(toCommandType)
  }
}

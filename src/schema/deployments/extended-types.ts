import { Permission } from '../identity/permission.js'
import { DenialCode } from '../kernel/denial-code.js'
import { extendEnum } from '../kernel/decorators.js'
import { QueueName } from '../ops/queue.type.js'
import { SearchType } from '../ops/search.type.js'

// Deployments add these values to enums of lower modules.

extendEnum(QueueName, { BROKER: 'Messages for installers. Retried for three days.' })

extendEnum(SearchType, { DEPLOYMENT: 'By ID, hash, or the ID of its agent.' })

extendEnum(DenialCode, {
  UNKNOWN_COMMAND: 'No command of this type exists.',
  COMMAND_NOT_SUPPORTED: 'The command exists, but this agent does not support it.',
  ALREADY_REGISTERED: 'An agent is already registered for the deployment.',
})

extendEnum(Permission, {
  DEPLOYMENTS_READ: 'Read deployments, agents and commands.',
  DEPLOYMENTS_MANAGE: 'Stop deployments, and create or revoke agent tokens.',
  COMMANDS_WRITE: 'Enqueue and cancel commands.',
})

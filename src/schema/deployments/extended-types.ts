import { extendEnum } from '../kernel/decorators.js'
import { QueueName } from '../ops/queue.type.js'
import { SearchType } from '../ops/search.type.js'

// Deployments add these values to enums of lower modules.

extendEnum(QueueName, { BROKER: 'Messages for installers. Retried for three days.' })

extendEnum(SearchType, { DEPLOYMENT: 'By ID, hash, or the ID of its agent.' })

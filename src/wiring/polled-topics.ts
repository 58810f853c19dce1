import { accountOfDeploymentsTopic, isStreamTopic, OPERATORS_TOPIC } from '../services/kernel/events/topics.js'
import { QUEUES } from '../services/kernel/claim-loop/queues.js'

/**
 * Returns true for topics whose lost notifications a poll covers within seconds: streams and queues. The
 * others (catalog, policies, service keys, members, clock) change what processes have in memory, and have no poll.
 */
export const isPolledTopic = (topic: string): boolean =>
  isStreamTopic(topic) ||
  accountOfDeploymentsTopic(topic) !== null ||
  topic === OPERATORS_TOPIC ||
  Object.hasOwn(QUEUES, topic)

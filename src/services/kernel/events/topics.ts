/** Topic: a deployment of the account has a new event. */
export const deploymentsTopic = (accountId: string): string => `deployments of ${accountId}`

/** Account of a topic of `deploymentsTopic`; null for any other topic. */
export const accountOfDeploymentsTopic = (topic: string): string | null =>
  topic.startsWith('deployments of ') ? topic.slice('deployments of '.length) : null

/** Topic: there is a new event for operators. */
export const OPERATORS_TOPIC = 'operators'

/** True for the topic of a stream, which is the ID of its account, deployment or other object. */
export const isStreamTopic = (topic: string): boolean => /^[a-z]{3}_/.test(topic)

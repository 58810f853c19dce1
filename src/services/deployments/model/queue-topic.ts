/**
 * Topic of notifications: a command was queued for a deployment, its agent's tokens have changed, or it was stopped. Only waiting polls
 * subscribe to it. Other events of the deployment do not wake them.
 */
export const queueTopic = (deploymentId: string): string => `queue:${deploymentId}`

export const isQueueTopic = (topic: string): boolean => topic.startsWith('queue:')

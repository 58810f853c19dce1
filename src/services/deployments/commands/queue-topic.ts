/**
 * News topic: a deployment has something in its queue, its agent's tokens have changed, or it was stopped. Only waiting polls follow it; every
 * other event of the deployment leaves them asleep.
 */
export const queueTopic = (deploymentId: string): string => `queue:${deploymentId}`

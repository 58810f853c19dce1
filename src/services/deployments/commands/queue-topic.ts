/** News topic: a deployment has something in its queue. Only waiting polls follow it; every other event of the deployment leaves them asleep. */
export const queueTopic = (deploymentId: string): string => `queue:${deploymentId}`

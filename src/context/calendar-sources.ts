import type { RequestContext } from './request-context.js'

/** Reads of a calendar, which the request shares with its other parts. */
export const calendarSources = ({ loaders }: RequestContext, accountId: string) => ({
  readSnapshot: () => loaders.snapshots.load(accountId),
  readSubscription: async () => {
    const subscription = await loaders.liveSubscriptionOfAccount.load(accountId)
    return {
      subscription,
      items: subscription ? await loaders.subscriptionItems.load(subscription.id) : [],
      scheduled: subscription && (await loaders.scheduledChange.load(subscription.id)),
    }
  },
})

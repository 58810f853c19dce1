import type { AccountEventsData } from '@stackgate/client/documents'
import { activityWords } from '../words/en/activity.js'

type Actor = NonNullable<
  NonNullable<NonNullable<NonNullable<AccountEventsData['account']>['billing']>['events']>['nodes'][number]['actor']
>

/** Systems that readers know by name. */
const PROVIDERS: readonly string[] = ['Stripe', 'PayPal']

/** Name of the actor of an event, for readers who do not see every user and key. Null if the event does not record it. */
export function actorName(actor: Actor | null): string | null {
  if (!actor) return null
  const { kind, label, user, apiKey } = actor
  if (kind === 'USER' && !user) return activityWords.hidden
  return user || apiKey || PROVIDERS.includes(label) ? label : activityWords.service
}

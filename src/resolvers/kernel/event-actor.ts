import type { Actor } from '#schema/identity/actor.type.js'
import type { Event } from '#schema/kernel/event.type.js'
import type { RequestContext } from '#context/request-context.js'
import { toActor } from '../identity/actor.mapper.js'

/** Member of the data that has the actor, for types whose data do not have it as `by`. */
const ACTOR_MEMBERS: Readonly<Record<string, string>> = {
  'member.joined': 'userId',
  'account.ownership_transferred': 'from',
}

/** Types of events that only a report of the provider causes. */
const REPORTED =
  /^(checkout\.(processing|completed)|subscription\.(renewed|past_due|unpaid|recovered|trial_refused)|invoice\.payment_\w+|purchase\.(paid|disputed|charged_back|restored))$/

/** Returns the actor of an event: that in its data, or the provider of what it is about. Null if the event records neither. */
export async function actorOfEvent(context: RequestContext, { type, data, subjectId }: Event): Promise<Actor | null> {
  const recorded = (data as Readonly<Record<string, unknown>>)[ACTOR_MEMBERS[type] ?? 'by']
  if (typeof recorded === 'string') return toActor(recorded)
  if (!subjectId || !REPORTED.test(type)) return null
  const reporter = await context.nodes.reporters.get(subjectId.split('_', 1)[0]!)?.(context, subjectId)
  return reporter ? toActor(reporter) : null
}

import { Calendar, type CalendarData } from '@stackgate/client/documents'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'

/** A known date: `kind` says whether a plan renews, begins or ends, an invoice is collected, or credits expire. */
export type CalendarEntry = NonNullable<NonNullable<CalendarData['account']>['billing']>['calendar']['nodes'][number]

/** Known dates of the account, soonest first, live. Null if the caller may not read them. */
export function useCalendar(
  options: { readonly accountId?: string | undefined; readonly until?: string | undefined } = {},
): QueryResult<readonly CalendarEntry[] | null> {
  const account = useAccountId(options.accountId)
  return useStackgateQuery({
    name: 'Calendar',
    document: Calendar,
    variables: { account: account ?? undefined, until: options.until },
    account,
    select: ({ account: found }) => found?.billing?.calendar.nodes ?? null,
  })
}

/**
 * The end of a credential that comes of another one: of a session or an access token of a key, and of the sockets and streams of
 * each. It is the earliest end of all of them. Null: it does not end.
 */
export const earliestEnd = (...ends: readonly (Date | null)[]): Date | null =>
  ends.reduce<Date | null>((earliest, end) => (end && (!earliest || end < earliest) ? end : earliest), null)

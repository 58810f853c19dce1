type Columns = Readonly<Record<string, string | null | undefined>>

const day = (time: string | null | undefined): string => (time ?? '').slice(0, 10)

/** The limit that an entry changed: an allowance with its window, a grant, or the debt. */
function limitOf({ window_start, window_end, grant_id, source }: Columns): string {
  const by = source ? ` of ${source}` : ''
  if (window_end) return `the allowance${by} from ${day(window_start)} to ${day(window_end)}`
  if (grant_id) return `grant ${grant_id}${by}`
  return 'the debt'
}

/** States what an entry did and which limit it changed. The sentence follows from the columns, so that it can be verified. */
export function entryReason(columns: Columns): string {
  const { kind, feature, amount, balance_after } = columns
  const units = `${(amount ?? '').replace(/^-/, '')} ${feature}`
  const limit = limitOf(columns)
  const rest = `${balance_after} remain in grants`
  switch (kind) {
    case 'GRANT':
      return `${units} were granted as ${limit}; ${rest}.`
    case 'CONSUME':
      return `${units} were consumed from ${limit}; ${rest}.`
    case 'RESERVE':
      return `${units} were reserved from ${limit}; ${rest}.`
    case 'RELEASE':
      return `${units} were released to ${limit}; ${rest}.`
    case 'EXPIRE':
      return `${units} of ${limit} expired; ${rest}.`
    case 'REVOKE':
      return `${units} of ${limit} were revoked; ${rest}.`
    default:
      return `${limit} changed by ${amount} ${feature}; ${rest}.`
  }
}

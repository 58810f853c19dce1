import type { ValueOf } from '../results.js'
import type { TypedDocument } from '../operation.js'
import type { SentWork } from './work.js'

/** An event in the form that the server expects. */
export interface SentUsage {
  readonly accountId: string
  readonly feature: string
  readonly amount?: number | null | undefined
  readonly work?: SentWork | null | undefined
  readonly properties?: SentWork['dimensions'] | null | undefined
  readonly userId?: string | null | undefined
  readonly at?: string | null | undefined
  readonly key: string
}

/** Outcome of each event, or a denial of the whole list. */
interface RecordUsagePayload {
  readonly acceptedCount: number
  readonly duplicateCount: number
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[]
  readonly denial: object | null
}

export type UsageReport = ValueOf<RecordUsagePayload>

const TEXT = `mutation StackgateRecordUsage($events: [UsageEventInput!]!) {
  recordUsage(events: $events) {
    acceptedCount duplicateCount rejected { index code message }
    denial { code message remedies { kind label } }
  }
}`

/** Records usage that was counted elsewhere. At most 1,000 events. */
export const RecordUsage = /* @__PURE__ */ Object(TEXT) as TypedDocument<
  { readonly recordUsage: RecordUsagePayload },
  { readonly events: readonly SentUsage[] }
>

import type { Denial } from '../denials.js'
import type { TypedDocument } from '../operation.js'
import type { SentWork } from './work.js'

/** An event in the form that the server expects. */
export interface SentUsage {
  readonly accountId: string
  readonly feature: string
  readonly amount?: number | undefined
  readonly work?: SentWork | undefined
  readonly at?: string | undefined
  readonly idempotencyKey: string
}

/** Outcome of each event, or a denial of the whole list. */
export type SentUsageResult =
  | {
      readonly __typename: 'RecordUsagePayload'
      readonly accepted: number
      readonly duplicates: number
      readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[]
    }
  | ({ readonly __typename: 'Refused' } & Denial)

const TEXT = `mutation StackgateRecordUsage($input: RecordUsageInput!) {
  recordUsage(input: $input) {
    __typename
    ... on RecordUsagePayload { accepted duplicates rejected { index code message } }
    ... on Denial { code message remedies { kind label } }
  }
}`

/** Records usage that was counted elsewhere. At most 1,000 events. */
export const RecordUsage = /* @__PURE__ */ Object(TEXT) as TypedDocument<
  { readonly recordUsage: SentUsageResult },
  { readonly input: { readonly events: readonly SentUsage[] } }
>

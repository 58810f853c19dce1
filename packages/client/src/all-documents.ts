import { OPERATION } from './client.js'
import * as documents from './documents/index.js'
import { RecordUsage } from './entitlements/record-usage.js'
import { FollowEntitlements, ReadEntitlements } from './entitlements/watch-documents.js'
import { ASK_SERVER } from './server/openfeature-changes.js'

/** Texts of all documents that this version of the client can send, for servers that accept only trusted documents. */
export const allDocuments: readonly string[] = [
  ...Object.values(documents).flatMap((each) => (typeof each === 'string' ? [] : (each.loc?.source.body ?? []))),
  ...[OPERATION, ReadEntitlements, FollowEntitlements, RecordUsage, ASK_SERVER].map(String),
]

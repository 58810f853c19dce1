import { maxFragments } from '../edge/graphql/query-limits.js'
import { defaultLimits } from '../edge/options.js'
import { MAX_PAGE_SIZE } from '../services/kernel/paging/page.js'
import type { Config } from '../services/kernel/config/config.js'
import type { OperationLimits } from '../services/catalog/installation/operation-limits.js'

/** Moving the sandbox's clock can take long, because all scheduled jobs run on the way. */
const SANDBOX_OPERATION_MS = 180_000

/** Milliseconds of one operation, where they differ from the default. */
export const operationMilliseconds = ({ mode }: Pick<Config, 'mode'>): number =>
  mode === 'sandbox' ? SANDBOX_OPERATION_MS : defaultLimits.operationMilliseconds

/** Limits that the edge applies to operations, as clients read them. */
export const operationLimits = (config: Pick<Config, 'mode'>): OperationLimits => ({
  maxDepth: defaultLimits.depth,
  maxAliases: defaultLimits.aliases,
  maxCost: defaultLimits.cost,
  maxFragments,
  maxDocumentCharacters: defaultLimits.characters,
  maxDocumentTokens: defaultLimits.tokens,
  maxBatchSize: defaultLimits.batch,
  maxPageSize: MAX_PAGE_SIZE,
  maxBodyBytes: defaultLimits.bodyBytes,
  maxOperationSeconds: operationMilliseconds(config) / 1000,
  maxResponseItems: defaultLimits.responseItems,
  maxResponseBytes: defaultLimits.responseBytes,
  maxSocketOperations: defaultLimits.operationsPerSocket,
  maxSocketMessageBytes: defaultLimits.socketMessageBytes,
})

/** Limits of GraphQL operations, which the transport applies. */
export interface OperationLimits {
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxCost: number
  readonly maxFragments: number
  readonly maxDocumentCharacters: number
  readonly maxDocumentTokens: number
  readonly maxBatchSize: number
  readonly maxPageSize: number
  readonly maxBodyBytes: number
  readonly maxOperationSeconds: number
  readonly maxResponseItems: number
  readonly maxResponseBytes: number
  readonly maxSocketOperations: number
  readonly maxSocketMessageBytes: number
}

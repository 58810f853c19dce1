import { z } from 'zod'

const flagFailure = z
  .strictObject({
    key: z.string().optional(),
    errorCode: z.enum(['FLAG_NOT_FOUND', 'GENERAL', 'INVALID_CONTEXT', 'PARSE_ERROR', 'TARGETING_KEY_MISSING']),
    errorDetails: z.string(),
  })
  .describe('Error of a flag or of an evaluation.')

/** Codes of errors of the protocol that the routes have. */
export type FlagErrorCode = z.infer<typeof flagFailure>['errorCode']

/** Errors of all routes. */
export const flagErrors = { '4xx': flagFailure, '5xx': flagFailure }

/** Value of a flag. Clients keep only texts, numbers and booleans of the metadata. */
export const flagResponse = z
  .strictObject({
    key: z.string(),
    value: z.union([z.boolean(), z.number()]),
    reason: z.enum(['TARGETING_MATCH', 'DISABLED']),
    variant: z.string(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .describe('Value of a flag.')

/** Values of all flags, and the stream that tells when to read them again. */
export const flagsResponse = z
  .strictObject({
    flags: z.array(z.union([flagResponse, flagFailure])),
    eventStreams: z
      .array(z.strictObject({ type: z.literal('sse'), endpoint: z.strictObject({ requestUri: z.string() }) }))
      .optional(),
  })
  .describe('Values of all flags.')

/** Stream of messages `refetchEvaluation`. */
export const changesResponse = z
  .string()
  .meta({ contentType: 'text/event-stream', description: 'Stream that tells when to evaluate again.' })

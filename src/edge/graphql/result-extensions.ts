import type { DocumentNode } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import type { Timers } from '#services/kernel/time/timers.js'
import { absentIn } from './absent-selections.js'
import type { Deprecations } from './deprecations.js'
import { metadataOf, type OperationMetadata } from './operation-metadata.js'
import type { OperationCosts } from './operation-costs.js'

/** Request header that asks for the cost. */
const COST_HEADER = 'graphql-cost'

/** True if the client asks for the cost: by the header, or by `extensions: { cost: true }`, which also a socket can send. */
export const wantsCost = (headers: IncomingHttpHeaders, extensions: unknown): boolean =>
  headers[COST_HEADER] === 'true' || (Object(extensions) as { cost?: unknown }).cost === true

/** Makes the `extensions` of results. */
export class ResultExtensions {
  constructor(
    private readonly costs: OperationCosts,
    private readonly deprecations: Deprecations,
    private readonly timers: Pick<Timers, 'now'>,
    private readonly recorded: (context: object) => Record<string, unknown> | undefined = () => undefined,
  ) {}

  /** The extensions of an operation. Undefined if it has none. */
  of(context: object, document: DocumentNode): Record<string, unknown> | undefined {
    const metadata = metadataOf(context)
    const recorded = this.recorded(context)
    const deprecations = this.deprecations.in(document)
    const absent = absentIn(document)
    if (!metadata.wantsCost && !recorded && deprecations.length === 0 && absent.length === 0) return undefined
    return {
      ...(metadata.wantsCost ? { cost: this.costOf(metadata) } : {}),
      ...(deprecations.length > 0 ? { deprecations } : {}),
      ...(absent.length > 0 ? { absent } : {}),
      ...recorded,
    }
  }

  /** A result with its extensions. */
  addTo<Result extends object>(result: Result, context: object, document: DocumentNode): Result {
    const extensions = this.of(context, document)
    return extensions ? { ...result, extensions } : result
  }

  private costOf({ cost, rateCount }: OperationMetadata): Record<string, unknown> {
    const counted = rateCount && {
      remaining: rateCount.remaining,
      resetsAt: new Date(this.timers.now() + rateCount.resetsInMs).toISOString(),
    }
    return { requested: cost ?? null, limit: this.costs.limit, ...(counted ?? { remaining: null, resetsAt: null }) }
  }
}

import type { DocumentNode, ExecutionResult } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Timers } from '#services/kernel/time/timers.js'
import type { EdgeOptions } from '../options.js'
import type { Execution } from './executor.js'

/** Followers of one stream receive an event within this time after the first of them. */
const SHARED_MS = 250
const MAX_RESULTS = 50

type Results = LRUCache<string, Promise<ExecutionResult>>

/**
 * Executes an event once for all followers with the same caller, document and variables, who receive it at nearly the same time. A result
 * with errors is not shared, because it has the ID of its request.
 */
export class SharedResults {
  private readonly byCaller = new WeakMap<object, Results>()
  private readonly documents = new WeakMap<DocumentNode, number>()
  private lastDocument = 0

  constructor(
    private readonly timers: Timers,
    private readonly sharedEvent: EdgeOptions['sharedEvent'],
  ) {}

  /** @param execute executes the event; it is called if no other follower did */
  async of(execution: Execution, execute: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const { document, operation, variables, context, rootValue } = execution
    const shared = this.sharedEvent?.(context, rootValue)
    if (!shared) return execute()
    const key = JSON.stringify([this.idOf(document), operation.name?.value, shared.name, variables])
    const results = this.resultsOf(shared.caller)
    const known = results.get(key)
    if (known) {
      const result = await known
      return result.errors ? execute() : result
    }
    const executed = execute()
    results.set(key, executed)
    return executed
  }

  private resultsOf(caller: object): Results {
    let results = this.byCaller.get(caller)
    if (!results) {
      const perf = { now: () => this.timers.monotonic() }
      results = new LRUCache({ max: MAX_RESULTS, ttl: SHARED_MS, ttlResolution: 0, perf })
      this.byCaller.set(caller, results)
    }
    return results
  }

  private idOf(document: DocumentNode): number {
    let id = this.documents.get(document)
    if (id === undefined) this.documents.set(document, (id = ++this.lastDocument))
    return id
  }
}

import { context, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api'

const tracer = trace.getTracer('stackgate')

/**
 * Runs work as a span of the current trace. An error marks the span as failed and is rethrown. Without a trace, and
 * therefore whenever tracing is off, only the work runs.
 */
export async function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!trace.getSpan(context.active())) return work()
  return beginSpan(name, attributes, work)
}

/** Like `inSpan`, but starts a new trace, for background work such as processing an event. */
export function beginSpan<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      // The message can contain untrusted input; the log has a redacted copy.
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name })
      throw error
    } finally {
      span.end()
    }
  })
}

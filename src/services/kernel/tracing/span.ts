import { context, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api'

const tracer = trace.getTracer('stackgate')

/**
 * Runs work as a span of the trace that is under way: an error ends it as failed, and goes on. Outside of a trace, and so always while
 * tracing is off, the work is simply run.
 */
export async function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!trace.getSpan(context.active())) return work()
  return beginSpan(name, attributes, work)
}

/** The same for work that nobody asked for right now, as an event that is taken up: it begins a trace of its own. */
export function beginSpan<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      // The message may hold what a stranger sent; the log has it, redacted.
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name })
      throw error
    } finally {
      span.end()
    }
  })
}

import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { PoolClient } from 'pg'

const tracer = trace.getTracer('stackgate')
const MAX_TEXT = 500

/** Creates a span for every statement of a connection. It contains the text of the statement, never its values. */
export function traceStatements(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    if (!trace.getSpan(context.active())) return query(...args)
    const [first] = args
    const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '')
    const span = tracer.startSpan(`PostgreSQL ${operationOf(text)}`, {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text.replace(/\s+/g, ' ').slice(0, MAX_TEXT) },
    })
    const answer = query(...args)
    if (answer instanceof Promise)
      answer.then(
        () => span.end(),
        (error: unknown) => {
          span.setStatus({ code: SpanStatusCode.ERROR, message: (error as { code?: string }).code ?? 'failed' })
          span.end()
        },
      )
    else span.end()
    return answer
  }) as typeof client.query
}

const operationOf = (text: string): string => /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'statement'

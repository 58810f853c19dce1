import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Timers } from '../time/timers.js'

/** Traces on their way to a collector. */
export interface Tracing {
  /** Sends the remaining spans, for at most two seconds. */
  stop(): Promise<void>
}

const EVERY_MS = 1_000
const STOP_MS = 2_000

/** Begins to send traces by OTLP over HTTP. Never called without an endpoint: then every span is nothing, and costs nothing. */
export function startTracing(endpoint: URL, attributes: Readonly<Record<string, string>>, timers: Timers): Tracing {
  const url = new URL('v1/traces', endpoint.href.endsWith('/') ? endpoint : `${endpoint.href}/`)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'stackgate', ...attributes }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: url.href, timeoutMillis: 5_000 }),
        scheduledDelayMillis: EVERY_MS,
        maxQueueSize: 10_000,
      }),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  return {
    stop: async () => {
      await Promise.race([provider.shutdown().catch(() => undefined), timers.delay(STOP_MS, { ref: false })])
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

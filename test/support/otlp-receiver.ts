import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly status?: { code?: number }
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Small collector that receives OTLP over HTTP as JSON and records the spans. */
export async function startOtlpReceiver(): Promise<{
  url: string
  spans: ReceivedSpan[]
  paths: string[]
  close(): Promise<void>
}> {
  const spans: ReceivedSpan[] = []
  const paths: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    paths.push(request.url ?? '')
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      spans.push(...spansOf(JSON.parse(body) as Export))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    paths,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

interface Value {
  readonly stringValue?: string
  readonly intValue?: number
}

interface Export {
  readonly resourceSpans: {
    readonly scopeSpans: {
      readonly spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: { key: string; value: Value }[] })[]
    }[]
  }[]
}

const spansOf = ({ resourceSpans }: Export): ReceivedSpan[] =>
  resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...span,
      attributes: Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
      ),
    }))

import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

const MAX_BYTES = 12_000

describe('@stackgate/client', () => {
  it('is at most 12 kB as a compressed bundle, streams over WebSockets included', async () => {
    const code = await bundle('packages/client/src/index.ts')
    const bytes = gzipSync(code).length
    expect([bytes > 3_000, bytes <= MAX_BYTES, bytes]).toEqual([true, true, bytes])
    // The printer of documents without a text, and the transports beside WebSockets, are loaded on demand.
    expect(code.match(/\bimport\b.{0,30}/g)).toEqual([
      expect.stringContaining('graphql.web'),
      expect.stringContaining('event-source-session'),
    ])
  })
})

import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

const sizeOf = (code: string): number => gzipSync(code).length

describe('@stackgate/client', () => {
  it('is at most 8 kB as a compressed bundle, and loads streams with the first subscription', async () => {
    const code = await bundle('packages/client/src/index.ts')
    const bytes = sizeOf(code)
    expect([bytes > 3_000, bytes <= 8_000, bytes]).toEqual([true, true, bytes])
    // The printer of documents without a text is loaded on demand as well.
    expect(code.match(/\bimport\b.{0,30}/g)).toEqual([
      expect.stringContaining('graphql.web'),
      expect.stringContaining('open-streams'),
    ])
  })

  it('has streams over WebSockets of at most 7 kB, which load the other transports on demand', async () => {
    const code = await bundle('packages/client/src/stream/open-streams.ts')
    expect([sizeOf(code) <= 7_000, sizeOf(code)]).toEqual([true, sizeOf(code)])
    expect(code).toContain('import(`./event-source-session')
  })
})

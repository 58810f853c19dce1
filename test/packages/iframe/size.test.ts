import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

const MAX_BYTES = 3000

describe('@stackgate/iframe', () => {
  it.each(['host', 'plugin'])('is at most 3 kB as a compressed bundle of the %s', async (part) => {
    const code = await bundle(`packages/iframe/src/${part}.ts`)
    const bytes = gzipSync(code).length
    expect([bytes > 500, bytes <= MAX_BYTES, bytes]).toEqual([true, true, bytes])
    expect(code).not.toMatch(/postMessage\([^)]*['"`]\*['"`]/)
    expect(code).not.toContain('import')
  })
})

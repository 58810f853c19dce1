import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

describe('@stackgate/react', () => {
  it('is at most 26 kB as a compressed bundle with all components, without React and Query [CL95]', async () => {
    const code = await bundle('packages/react/src/index.ts', false, ['react', 'react-dom', '@tanstack/react-query'])
    const bytes = gzipSync(code).length
    expect([bytes > 5_000, bytes <= 26_000, bytes]).toEqual([true, true, bytes])
  })

  it('has at most 6 kB of compressed style [CL95]', () => {
    expect(gzipSync(readFileSync('packages/react/styles.css')).length).toBeLessThanOrEqual(6_000)
  })
})

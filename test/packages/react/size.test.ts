import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

describe('@stackgate/react', () => {
  it('is at most 27.5 kB as a compressed bundle with all components, without React and Query', async () => {
    const code = await bundle('packages/react/src/index.ts', false, ['react', 'react-dom', '@tanstack/react-query'])
    const bytes = gzipSync(code).length
    expect([bytes > 5_000, bytes <= 27_500, bytes]).toEqual([true, true, bytes])
  })

  it('has an entry for spending of at most 13.1 kB, without React, Query and client', async () => {
    const external = ['react', 'react-dom', '@tanstack/react-query', '@stackgate/client', '@stackgate/client/documents']
    const size = async (entry: string) => gzipSync(await bundle(entry, false, external)).length
    const bytes = await size('packages/react/src/spending/index.ts')
    expect([bytes > 3_000, bytes <= 13_100, bytes]).toEqual([true, true, bytes])
  })

  it('has at most 6 kB of compressed style', () => {
    expect(gzipSync(readFileSync('packages/react/styles.css')).length).toBeLessThanOrEqual(6_000)
  })
})

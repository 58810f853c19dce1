import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { bundle } from '#test/support/bundle.js'

describe('@stackgate/react', () => {
  it('is at most 29.3 kB as a compressed bundle with all components, without React and Query', async () => {
    const code = await bundle('packages/react/src/index.ts', false, ['react', 'react-dom', '@tanstack/react-query'])
    const bytes = gzipSync(code).length
    expect([bytes > 5_000, bytes <= 29_300, bytes]).toEqual([true, true, bytes])
  })

  it.each([
    ['account', 9_800],
    ['spending', 13_450],
  ])('has an entry %s of at most %d bytes, without React, Query and client', async (entry, limit) => {
    const external = ['react', 'react-dom', '@tanstack/react-query', '@stackgate/client', '@stackgate/client/documents']
    const bytes = gzipSync(await bundle(`packages/react/src/${entry}/index.ts`, false, external)).length
    expect([bytes > 3_000, bytes <= limit, bytes]).toEqual([true, true, bytes])
  })

  it('has at most 6 kB of compressed style', () => {
    expect(gzipSync(readFileSync('packages/react/styles.css')).length).toBeLessThanOrEqual(6_000)
  })
})

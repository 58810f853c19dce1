import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

// Arrays that all survive, as those do that a server makes while it starts. The collector tells where it would make the next ones old at once.
const START = 'const kept = []; for (let i = 0; i < 60_000; i += 1) kept.push([i])'

describe('objects that survive the start', () => {
  const published = async (...flags: string[]) => {
    const args = ['--trace-pretenuring-statistics', ...flags, '--eval', START]
    return (await promisify(execFile)(process.execPath, args)).stdout
  }

  it('do not cause later objects of the same sites to be allocated in the old heap', async () => {
    expect(await published()).toContain('maybe tenure')
    expect(await published('--import', './dist/src/startup/garbage-collection.js')).toBe('')
  })
})

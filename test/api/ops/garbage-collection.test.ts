import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

// Arrays that all survive, as those that a server creates at its start. The collector reports whether it would allocate
// the next ones in the old heap.
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

// Environment of every test file. A test file runs in a separate virtual machine, and loading the server there takes
// seconds per file. The server and the sandbox are therefore loaded from `dist` outside of it, once per worker, and
// passed in.
import 'reflect-metadata'
import { flushCompileCache } from 'node:module'
import { relative } from 'node:path'
import { TestEnvironment } from 'jest-environment-node'
import { root } from '#bootstrap.mjs'
import * as apiSchemas from './api-schemas.mjs'
import { endChildren } from './children.mjs'
import { beginTest, endFile, limitFile } from './file-limit.mjs'
import { patientSignal, patientTimeout } from './patience.ts'
import { sampleOf } from './sampled-files.mjs'

// Without the condition for sources, Node uses the build.
const built = (specifier) => import(specifier)

// Limits of a server, of a client, of jest and of a browser grow with the load of the machine: in one place, instead of in each of them.
AbortSignal.timeout = patientSignal

/** Seed of the sample. Empty if every test of a file runs. */
const seed = process.env.STACKGATE_TEST_SAMPLE ?? ''

/** A file that begins later is left out, in milliseconds since 1970: the time of the run is limited. */
const beginUntil = Number(process.env.STACKGATE_TEST_BEGIN_UNTIL || Infinity)

/** Tests of `test/long` take as long as they need. */
const isLong = process.env.STACKGATE_LONG === '1'

export default class ServerEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context)
    this.path = relative(root, context.testPath)
    this.isLate = Date.now() > beginUntil
  }

  /** Leaves out the tests that do not belong to the sample, and those of a late file. */
  handleTestEvent({ name, test }, { rootDescribeBlock }) {
    if (name === 'test_start') beginTest(test.name)
    if (name !== 'run_start') return
    const tests = testsOf(rootDescribeBlock, '').filter(([, { mode }]) => mode !== 'skip')
    if (this.isLate) for (const [, test] of tests) test.mode = 'skip'
    else if (seed !== '') this.#leaveOut(tests)
  }

  #leaveOut(tests) {
    const sample = sampleOf(
      this.path,
      tests.map(([title]) => title),
      seed,
    )
    for (const [title, test] of tests) if (!sample.has(title)) test.mode = 'skip'
  }

  async setup() {
    if (!isLong) limitFile(this.path)
    await super.setup()
    this.global.loadBuilt = built
    this.global.apiSchemas = apiSchemas
    // The server checks dates with `instanceof`, so that those of a test must have the same class.
    this.global.Date = Date
    this.global.setTimeout = patientTimeout
  }

  async teardown() {
    await endChildren()
    endFile()
    await super.teardown()
    // A worker is killed at the end, before Node would store what it compiled.
    flushCompileCache()
  }
}

/** Tests of a block, each with its whole title. */
const testsOf = (block, before) =>
  block.children.flatMap((child) => {
    const title = `${before} ${child.name}`
    return child.type === 'test' ? [[title, child]] : testsOf(child, title)
  })

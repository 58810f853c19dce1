// Environment of every test file. A test file runs in a separate virtual machine, and loading the server there takes
// seconds per file. The server and the sandbox are therefore loaded from `dist` outside of it, once per worker, and
// passed in.
import 'reflect-metadata'
import { flushCompileCache } from 'node:module'
import { TestEnvironment } from 'jest-environment-node'
import * as apiSchemas from './api-schemas.mjs'

// Without the condition for sources, Node uses the build.
const built = (specifier) => import(specifier)

export default class ServerEnvironment extends TestEnvironment {
  async setup() {
    await super.setup()
    this.global.loadBuilt = built
    this.global.apiSchemas = apiSchemas
    // The server checks dates with `instanceof`, so that those of a test must have the same class.
    this.global.Date = Date
  }

  async teardown() {
    await super.teardown()
    // A worker is killed at the end, before Node would store what it compiled.
    flushCompileCache()
  }
}

// The environment of every test file. A test file runs in a virtual machine of its own, and loading the server there costs seconds for each
// file. The server and the sandbox are therefore loaded from `dist` outside of it, once for each worker, and handed in.
import 'reflect-metadata'
import { TestEnvironment } from 'jest-environment-node'
import { shareEntities } from './shared-entities.mjs'

shareEntities()

// Without the condition that names the sources, Node takes what was built.
const built = (specifier) => import(specifier)

export default class ServerEnvironment extends TestEnvironment {
  async setup() {
    await super.setup()
    this.global.loadBuilt = built
    // The product asks for dates with `instanceof`: those of a test are the same.
    this.global.Date = Date
  }
}

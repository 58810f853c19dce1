// Environment of tests of components: a page of jsdom, with the sources of the packages.
import { TestEnvironment } from 'jest-environment-jsdom'

export default class ComponentEnvironment extends TestEnvironment {
  exportConditions() {
    return ['@stackgate/source', 'browser']
  }

  async setup() {
    await super.setup()
    // jsdom has none of these. React Testing Library and the client use them.
    Object.assign(this.global, {
      fetch,
      Request,
      Response,
      Headers,
      ReadableStream,
      TextEncoder,
      TextDecoder,
      structuredClone,
    })
  }
}

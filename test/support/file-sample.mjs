// Filter of jest for a run without arguments: leaves out the files that do not belong to the sample.
import { join, relative } from 'node:path'
import { root } from '#bootstrap.mjs'
import { filesInSample } from './sampled-files.mjs'

function filter(paths) {
  const names = paths.map((path) => relative(root, path))
  return { filtered: filesInSample(names, process.env.STACKGATE_TEST_SAMPLE).map((name) => join(root, name)) }
}

// jest loads its filter with `require`, which returns this instead of the namespace of the module.
export { filter as 'module.exports' }
